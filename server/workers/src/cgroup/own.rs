//! Where this process's own cgroup is in the file system. Not whether it may be used: that is `delegation`.

use super::delegation::SUPERVISOR;
use super::error::NoCgroup;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The cgroup this server may divide.
#[derive(Debug, PartialEq, Eq)]
pub struct Own {
    pub directory: PathBuf,
    /// This process is not in it but in its leaf [`SUPERVISOR`]: the service manager began there (systemd:
    /// `DelegateSubgroup=supervisor`), as a former server left it.
    pub inside: bool,
    /// It is the root of what this process can see: of its cgroup namespace, or of the machine.
    pub is_root: bool,
}

/// Finds it by `/proc/self`.
///
/// # Errors
/// [`NoCgroup::NotMounted`], [`NoCgroup::Unreadable`].
pub fn find() -> Result<Own, NoCgroup> {
    let read = |path: &str| {
        std::fs::read_to_string(path)
            .map_err(|source| NoCgroup::Unreadable { path: path.into(), source })
    };
    find_in(&read("/proc/self/cgroup")?, &read("/proc/self/mountinfo")?).ok_or(NoCgroup::NotMounted)
}

/// cgroups(7), "/proc/[pid]/cgroup"; proc(5), "/proc/[pid]/mountinfo".
fn find_in(cgroup: &str, mountinfo: &str) -> Option<Own> {
    let path = Path::new(cgroup.lines().find_map(|line| line.strip_prefix("0::"))?);
    // The latest mount first: it may cover an older one.
    mountinfo.lines().rev().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        if after.split(' ').next()? != "cgroup2" {
            return None;
        }
        let mut fields = before.split(' ').skip(3);
        let (root, point) = (unescaped(fields.next()?), unescaped(fields.next()?));
        // Collected, so that a root does not end with a slash.
        let own: PathBuf = point.join(path.strip_prefix(root).ok()?).components().collect();
        let is_root = path == Path::new("/");
        let above = own.parent().filter(|_| !is_root && own.ends_with(SUPERVISOR));
        Some(match above {
            Some(above) => Own { directory: above.to_owned(), inside: true, is_root },
            None => Own { directory: own, inside: false, is_root },
        })
    })
}

/// Space, tab, line feed and backslash are written as `\` and three octal digits.
fn unescaped(field: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field.as_bytes();
    while let [first, after @ ..] = rest {
        let octal = after.get(..3).filter(|_| *first == b'\\');
        let byte =
            octal.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[3..] } else { after };
    }
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "24 1 0:22 / /sys rw - sysfs sysfs rw\n\
                         31 24 0:28 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";

    fn found(cgroup: &str, mountinfo: &str) -> Option<(String, bool)> {
        let own = find_in(cgroup, mountinfo)?;
        Some((own.directory.display().to_string(), own.is_root))
    }

    #[test]
    fn the_own_cgroup_is_found_below_its_mount() {
        let service = "0::/system.slice/mcp-v8.service\n";
        let directory = "/sys/fs/cgroup/system.slice/mcp-v8.service";
        assert_eq!(found(service, PLAIN), Some((directory.to_owned(), false)));
        assert_eq!(found("0::/\n", PLAIN), Some(("/sys/fs/cgroup".to_owned(), true)));
        let hybrid = "40 24 0:37 / /cg/v1 rw - cgroup cgroup rw,memory\n\
                      41 24 0:38 / /cg/v\\040two rw - cgroup2 cgroup2 rw\n";
        let both = "4:memory:/other\n0::/a\n";
        assert_eq!(found(both, hybrid), Some(("/cg/v two/a".to_owned(), false)));
    }

    #[test]
    fn a_server_that_begins_in_the_leaf_of_servers_divides_what_is_above() {
        let own = find_in("0::/a/supervisor\n", PLAIN).expect("it is found");
        assert_eq!((own.directory.as_path(), own.inside), (Path::new("/sys/fs/cgroup/a"), true));
        assert!(!find_in("0::/a/my-supervisor\n", PLAIN).expect("it is found").inside);
    }

    #[test]
    fn a_mount_of_another_part_of_the_tree_is_not_taken() {
        let outside = "31 24 0:28 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        assert_eq!(found("0::/\n", outside), None);
        // A part that holds it is.
        let bound = "31 24 0:28 /a /mine rw - cgroup2 cgroup2 rw\n";
        assert_eq!(found("0::/a/b\n", bound), Some(("/mine/b".to_owned(), false)));
        assert_eq!(found("0::/ab\n", bound), None);
        // A private mount over the one of the machine, as systemd's ProtectControlGroups=private makes it.
        let private = format!("{outside}32 31 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        assert_eq!(found("0::/\n", &private), Some(("/sys/fs/cgroup".to_owned(), true)));
        assert_eq!(found("4:memory:/\n", PLAIN), None, "version 1 only");
    }
}
