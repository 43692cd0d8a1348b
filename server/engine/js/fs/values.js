// What calls of fs take and give: paths, flags, modes, times, Stats, Dirent, errors. Not the calls.
"use strict";
((inner) => {
  const { URL } = inner.load("00_url.js");
  const { decode, encode, encodingOf, plain, typeError, view } = inner.buffer;

  const invalid = (name, value, why) => Object.assign(
    new TypeError(`The argument '${name}' ${why}. Received '${String(value)}'`), { code: "ERR_INVALID_ARG_VALUE" },
  );
  const pathOf = (value, name = "path") => {
    let path = value;
    if (value instanceof URL) {
      if (value.protocol !== "file:") throw Object.assign(new TypeError("The URL must be of scheme file"), { code: "ERR_INVALID_URL_SCHEME" });
      path = decodeURIComponent(value.pathname);
    } else if (ArrayBuffer.isView(value)) {
      path = decode(value, "utf8");
    }
    if (typeof path !== "string") throw typeError(name, "of type string or an instance of Buffer or URL", value);
    if (path.includes("\0")) throw invalid(name, path.replaceAll("\0", "\\x00"), "must be a string without null bytes");
    return path;
  };
  // An encoding alone, an object, or nothing.
  const optionsOf = (options) => {
    if (options === undefined || options === null) return {};
    if (typeof options === "string") return { encoding: options };
    if (typeof options !== "object") throw typeError("options", "of type string or an instance of Object", options);
    return options;
  };
  const textEncoding = (options) => options.encoding === undefined || options.encoding === null || options.encoding === "buffer" ? null : encodingOf(options.encoding);
  const content = (bytes, options) => {
    const encoding = textEncoding(options);
    return encoding === null ? view(bytes) : decode(bytes, encoding);
  };
  const bytesOf = (data, encoding, name = "data") => {
    if (typeof data === "string") return encode(data, encoding ?? "utf8");
    if (ArrayBuffer.isView(data)) return plain(data);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    throw typeError(name, "of type string or an instance of Buffer, TypedArray, or DataView", data);
  };
  const integer = (value, name, fallback) => {
    if (value === undefined || value === null) return fallback;
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < 0) {
      throw Object.assign(new RangeError(`The value of "${name}" is out of range. It must be an integer >= 0. Received ${String(value)}`), { code: "ERR_OUT_OF_RANGE" });
    }
    return number;
  };

  const constants = {
    __proto__: null, F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 0o100, O_EXCL: 0o200,
    O_TRUNC: 0o1000, O_APPEND: 0o2000, S_IFMT: 0o170000, S_IFREG: 0o100000, S_IFDIR: 0o40000, S_IFCHR: 0o20000, S_IFBLK: 0o60000,
    S_IFIFO: 0o10000, S_IFLNK: 0o120000, S_IFSOCK: 0o140000,
  };
  const has = (flags, bit) => (flags & bit) === bit;
  const flagsOf = (flags = "r") => {
    if (typeof flags === "number") {
      const way = flags & 3;
      return {
        read: way !== constants.O_WRONLY, write: way !== constants.O_RDONLY && !has(flags, constants.O_APPEND), append: has(flags, constants.O_APPEND),
        create: has(flags, constants.O_CREAT), exclusive: has(flags, constants.O_EXCL), truncate: has(flags, constants.O_TRUNC),
      };
    }
    // `s` asks for synchronous writes: every write here is over when its call is.
    const text = String(flags).replace("s", "");
    if (!/^(?:r\+?|[wa]x?\+?|x[wa]\+?)$/.test(text)) throw invalid("flags", flags, "is invalid");
    const [append, create, plus] = [text.includes("a"), !text.includes("r"), text.includes("+")];
    return { read: !create || plus, write: !append && (create || plus), append, create, exclusive: text.includes("x"), truncate: create && !append };
  };
  const modeOf = (mode) => {
    if (mode === undefined || mode === null) return null;
    if (typeof mode === "string") {
      if (!/^[0-7]+$/.test(mode)) throw invalid("mode", mode, "must be a 32-bit unsigned integer or an octal string");
      return parseInt(mode, 8);
    }
    return integer(mode, "mode", null);
  };
  const timeOf = (time, name) => {
    const ms = time instanceof Date ? time.getTime() : Number(time) * 1000;
    if (!Number.isFinite(ms)) throw typeError(name, "of type number, or an instance of Date", time);
    return Math.trunc(ms);
  };

  // --- Stats and Dirent
  const TYPES = {
    __proto__: null, File: 0o100000, Directory: 0o40000, Symlink: 0o120000, Fifo: 0o10000, Socket: 0o140000, CharacterDevice: 0o20000,
    BlockDevice: 0o60000, Unknown: 0,
  };
  const QUESTIONS = { isFile: "File", isDirectory: "Directory", isSymbolicLink: "Symlink", isFIFO: "Fifo", isSocket: "Socket", isCharacterDevice: "CharacterDevice", isBlockDevice: "BlockDevice" };
  const ask = (Class, typeOf) => {
    for (const question in QUESTIONS) {
      const { [question]: value } = {
        [question]() {
          return typeOf(this) === TYPES[QUESTIONS[question]];
        },
      };
      Object.defineProperty(Class.prototype, question, { __proto__: null, value, writable: true, configurable: true });
    }
  };
  // Owner and device are not told to scripts: 0.
  class Stats {
    constructor(stat) {
      this.dev = 0;
      this.ino = Number(stat.inode);
      this.mode = TYPES[stat.kind] | stat.mode;
      this.nlink = Number(stat.links);
      this.uid = 0;
      this.gid = 0;
      this.rdev = 0;
      this.size = Number(stat.size);
      this.blksize = 4096;
      this.blocks = Math.ceil(this.size / 512);
      const times = { atime: stat.accessed_ms, mtime: stat.modified_ms, ctime: stat.changed_ms, birthtime: stat.changed_ms };
      for (const name in times) this[`${name}Ms`] = Number(times[name]);
      for (const name in times) this[name] = new Date(Number(times[name]));
    }
  }
  ask(Stats, (stats) => stats.mode & constants.S_IFMT);
  class Dirent {
    constructor(entry, parentPath) {
      this.name = entry.name;
      this.parentPath = parentPath;
      Object.defineProperty(this, "kind", { __proto__: null, value: entry.kind });
    }
    get path() {
      return this.parentPath;
    }
  }
  ask(Dirent, (entry) => TYPES[entry.kind]);
  const statsOf = (stat, options) => {
    if (options?.bigint) throw invalid("bigint", true, "is not offered");
    return new Stats(stat);
  };

  // --- errors
  const ERRNO = {
    __proto__: null, EPERM: 1, ENOENT: 2, EINTR: 4, EIO: 5, ENXIO: 6, EBADF: 9, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EBUSY: 16, EEXIST: 17,
    EXDEV: 18, ENODEV: 19, ENOTDIR: 20, EISDIR: 21, EINVAL: 22, ENFILE: 23, EMFILE: 24, ETXTBSY: 26, EFBIG: 27, ENOSPC: 28, EROFS: 30,
    EMLINK: 31, ENAMETOOLONG: 36, ENOSYS: 38, ENOTEMPTY: 39, ELOOP: 40, EOVERFLOW: 75, EILSEQ: 84, ENOTSUP: 95, ESTALE: 116, EDQUOT: 122, ECANCELED: 125,
  };
  // As Node has it; `outcome` is the outcome code (denied.policy, limit.size) where there is one. Made where the script
  // waits for the call, whose place it so has.
  const failed = (refusal, call) => {
    const { code, message, outcome } = refusal;
    if (typeof code !== "string" || !code.startsWith("E")) return refusal;
    const error = new Error(message);
    if (code in ERRNO) error.errno = -ERRNO[code];
    error.code = code;
    const syscall = /^[A-Z]+: [^,]*, ([a-z]+)/.exec(message)?.[1];
    if (syscall !== undefined) error.syscall = syscall;
    const { path, target, destination } = Object.values(call)[0];
    if (path !== undefined) error.path = target ?? path;
    if (destination !== undefined) error.dest = destination;
    if (target !== undefined) error.dest = path;
    if (outcome !== undefined) error.outcome = outcome;
    return error;
  };
  const badHandle = (syscall) => Object.assign(new Error(`EBADF: bad file descriptor, ${syscall}`), { errno: -ERRNO.EBADF, code: "EBADF", syscall });

  inner.files = { __proto__: null, badHandle, bytesOf, constants, content, Dirent, failed, flagsOf, integer, invalid, modeOf, optionsOf, pathOf, Stats, statsOf, textEncoding, timeOf };
  return { __proto__: null };
})
