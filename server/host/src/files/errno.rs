//! Names and texts of the system's errors, as Node has them (libuv, `UV_ERRNO_MAP`). Not what they are about.

pub use rustix::io::Errno;

/// `ENOENT`, and "no such file or directory".
pub fn named(errno: Errno) -> (&'static str, &'static str) {
    let known = NAMES.iter().find(|(known, ..)| *known == errno);
    known.map_or(("UNKNOWN", "unknown error"), |(_, name, text)| (name, text))
}

const NAMES: &[(Errno, &str, &str)] = &[
    (Errno::ACCESS, "EACCES", "permission denied"),
    (Errno::AGAIN, "EAGAIN", "resource temporarily unavailable"),
    (Errno::BADF, "EBADF", "bad file descriptor"),
    (Errno::BUSY, "EBUSY", "resource busy or locked"),
    (Errno::CANCELED, "ECANCELED", "operation canceled"),
    (Errno::DQUOT, "EDQUOT", "disk quota exceeded"),
    (Errno::EXIST, "EEXIST", "file already exists"),
    (Errno::FBIG, "EFBIG", "file too large"),
    (Errno::ILSEQ, "EILSEQ", "illegal byte sequence"),
    (Errno::INTR, "EINTR", "interrupted system call"),
    (Errno::INVAL, "EINVAL", "invalid argument"),
    (Errno::IO, "EIO", "i/o error"),
    (Errno::ISDIR, "EISDIR", "illegal operation on a directory"),
    (Errno::LOOP, "ELOOP", "too many symbolic links encountered"),
    (Errno::MFILE, "EMFILE", "too many open files"),
    (Errno::MLINK, "EMLINK", "too many links"),
    (Errno::NAMETOOLONG, "ENAMETOOLONG", "name too long"),
    (Errno::NFILE, "ENFILE", "file table overflow"),
    (Errno::NODEV, "ENODEV", "no such device"),
    (Errno::NOENT, "ENOENT", "no such file or directory"),
    (Errno::NOMEM, "ENOMEM", "not enough memory"),
    (Errno::NOSPC, "ENOSPC", "no space left on device"),
    (Errno::NOSYS, "ENOSYS", "function not implemented"),
    (Errno::NOTDIR, "ENOTDIR", "not a directory"),
    (Errno::NOTEMPTY, "ENOTEMPTY", "directory not empty"),
    (Errno::NOTSUP, "ENOTSUP", "operation not supported"),
    (Errno::NXIO, "ENXIO", "no such device or address"),
    (Errno::OVERFLOW, "EOVERFLOW", "value too large for defined data type"),
    (Errno::PERM, "EPERM", "operation not permitted"),
    (Errno::ROFS, "EROFS", "read-only file system"),
    (Errno::STALE, "ESTALE", "stale file handle"),
    (Errno::TXTBSY, "ETXTBSY", "text file is busy"),
    (Errno::XDEV, "EXDEV", "cross-device link not permitted"),
];
