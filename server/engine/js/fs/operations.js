// The operations of fs, each written once: a generator that yields calls of the server, [call, bytes], and is given
// their answers. Whether the script waits for them or is called back is the business of `styles.js`.
"use strict";
((inner) => {
  const { SafeMap } = inner.primordials;
  const { AbortSignal } = inner.load("03_abort_signal.js");
  const {
    badHandle, bytesOf, constants, content, Dirent, flagsOf, integer, invalid, modeOf, optionsOf, pathOf, Stats, statsOf, textEncoding, timeOf,
  } = inner.files;
  const { Buffer, decode, plain, typeError } = inner.buffer;
  // Bytes of one call (TRANSFER_BYTES_MAX of the server).
  const PIECE = 8 << 20;

  // What is open, by a number that is never used again: handles of the server die with the run, and their numbers do not.
  const open = new SafeMap();
  let descriptors = 2;
  inner.ends.push(() => open.clear());
  const fileOf = (fd, syscall) => {
    const file = open.get(fd);
    if (file === undefined) throw badHandle(syscall);
    return file;
  };
  // A number, or a FileHandle: something with one.
  const descriptorOf = (file) => Number.isInteger(file) ? file : typeof file?.fd === "number" && typeof file.readFile === "function" ? file.fd : undefined;

  // --- whole files
  const join = (pieces) => {
    if (pieces.length === 1) return pieces[0];
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  };
  // From the position to the end.
  const rest = function* (fd) {
    const file = fileOf(fd, "read");
    const pieces = [];
    for (;;) {
      const { bytes } = yield [{ ReadAt: { handle: file.handle, offset: file.position, length: PIECE } }];
      // A copy, because only what V8 allocates itself counts towards limits.array_buffer_mb.
      if (bytes.length > 0) pieces.push(bytes.slice());
      file.position += bytes.length;
      if (bytes.length === 0) return pieces.length === 0 ? bytes : join(pieces);
    }
  };
  const whole = function* (path, flag) {
    try {
      if (flag === "r") return (yield [{ Read: { path, offset: 0, length: null } }]).bytes.slice();
    } catch (error) {
      // Within the quota and too large for one call.
      if (error?.code !== "EFBIG" || error.outcome !== undefined) throw error;
    }
    const fd = yield* operations.open(path, flag);
    try {
      return yield* rest(fd);
    } finally {
      yield* operations.close(fd);
    }
  };
  const pour = function* (fd, bytes) {
    const file = fileOf(fd, "write");
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      yield [{ WriteAt: { handle: file.handle, offset: file.position, bytes: [] } }, piece];
      file.position += piece.length;
    }
  };

  const operations = {
    __proto__: null,
    *readFile(file, options) {
      const how = optionsOf(options);
      textEncoding(how);
      const fd = descriptorOf(file);
      const bytes = fd === undefined ? yield* whole(pathOf(file), how.flag ?? "r") : yield* rest(fd);
      return content(bytes, how);
    },
    *writeFile(file, data, options) {
      const { encoding, mode, flag = "w" } = optionsOf(options);
      const bytes = bytesOf(data, encoding);
      let fd = descriptorOf(file);
      if (fd !== undefined) return yield* pour(fd, bytes);
      const path = pathOf(file);
      if (bytes.length <= PIECE) {
        yield [{ Write: { path, bytes: [], flags: flagsOf(flag), mode: modeOf(mode) } }, bytes];
        return;
      }
      fd = yield* operations.open(path, flag, mode);
      try {
        yield* pour(fd, bytes);
      } finally {
        yield* operations.close(fd);
      }
    },
    *appendFile(file, data, options) {
      yield* operations.writeFile(file, data, { flag: "a", ...optionsOf(options) });
    },
    *truncate(path, length) {
      if (typeof path === "number") return yield* operations.ftruncate(path, length);
      yield [{ Truncate: { path: pathOf(path), size: integer(length, "len", 0) } }];
    },
    *copyFile(source, destination, mode) {
      const exclusive = (integer(mode, "mode", 0) & constants.COPYFILE_EXCL) !== 0;
      yield [{ Copy: { path: pathOf(source, "src"), destination: pathOf(destination, "dest"), exclusive } }];
    },

    // --- descriptors
    *open(path, flags, mode) {
      const how = flagsOf(flags ?? "r");
      const { handle } = yield [{ Open: { path: pathOf(path), flags: how, mode: modeOf(mode) } }];
      open.set(++descriptors, { handle, position: 0, append: how.append });
      return descriptors;
    },
    *close(fd) {
      const { handle } = fileOf(fd, "close");
      open.delete(fd);
      yield [{ Close: { handle } }];
    },
    *read(fd, buffer, offset, length, position) {
      if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
      if (!ArrayBuffer.isView(buffer)) throw typeError("buffer", "an instance of Buffer, TypedArray, or DataView", buffer);
      const file = fileOf(fd, "read");
      const target = plain(buffer).subarray(integer(offset, "offset", 0));
      const wanted = Math.min(integer(length, "length", target.length), target.length, PIECE);
      const own = position === undefined || position === null || position === -1;
      const { bytes } = yield [{ ReadAt: { handle: file.handle, offset: own ? file.position : integer(position, "position", 0), length: wanted } }];
      target.set(bytes);
      if (own) file.position += bytes.length;
      return bytes.length;
    },
    // Of a text: (fd, text, position, encoding).
    *write(fd, data, offset, length, position) {
      const file = fileOf(fd, "write");
      let bytes;
      if (typeof data === "string") {
        [bytes, position] = [bytesOf(data, length), offset];
      } else {
        if (typeof offset === "object" && offset !== null) ({ offset, length, position } = offset);
        bytes = bytesOf(data, undefined, "buffer").subarray(integer(offset, "offset", 0));
        bytes = bytes.subarray(0, integer(length, "length", bytes.length));
      }
      bytes = bytes.subarray(0, PIECE);
      const own = position === undefined || position === null;
      yield [{ WriteAt: { handle: file.handle, offset: own ? file.position : integer(position, "position", 0), bytes: [] } }, bytes];
      if (own) file.position += bytes.length;
      return bytes.length;
    },
    *fstat(fd, options) {
      return statsOf((yield [{ StatHandle: { handle: fileOf(fd, "fstat").handle } }]).stat, options);
    },
    *ftruncate(fd, length) {
      yield [{ TruncateHandle: { handle: fileOf(fd, "ftruncate").handle, size: integer(length, "len", 0) } }];
    },
    *fsync(fd) {
      yield [{ SyncHandle: { handle: fileOf(fd, "fsync").handle } }];
    },
    *fdatasync(fd) {
      yield* operations.fsync(fd);
    },

    // --- facts
    *stat(path, options) {
      return statsOf((yield [{ Stat: { path: pathOf(path), follow: true } }]).stat, options);
    },
    *lstat(path, options) {
      return statsOf((yield [{ Stat: { path: pathOf(path), follow: false } }]).stat, options);
    },
    *access(path, mode) {
      const wanted = integer(mode, "mode", constants.F_OK);
      yield [{ Access: { path: pathOf(path), read: (wanted & 4) !== 0, write: (wanted & 2) !== 0, execute: (wanted & 1) !== 0 } }];
    },
    // As in Node: whatever the reason is, it is only false.
    *exists(path) {
      try {
        yield* operations.access(path);
        return true;
      } catch {
        return false;
      }
    },
    *chmod(path, mode) {
      yield [{ ChangeMode: { path: pathOf(path), mode: modeOf(mode) ?? 0 } }];
    },
    *utimes(path, accessed, modified) {
      yield [{ SetTimes: { path: pathOf(path), accessed_ms: timeOf(accessed, "atime"), modified_ms: timeOf(modified, "mtime"), follow: true } }];
    },
    *lutimes(path, accessed, modified) {
      yield [{ SetTimes: { path: pathOf(path), accessed_ms: timeOf(accessed, "atime"), modified_ms: timeOf(modified, "mtime"), follow: false } }];
    },
    *realpath(path) {
      return (yield [{ RealPath: { path: pathOf(path) } }]).path;
    },
    *readlink(path) {
      return (yield [{ ReadLink: { path: pathOf(path) } }]).path;
    },

    // --- names
    *symlink(target, path) {
      yield [{ Symlink: { target: pathOf(target, "target"), path: pathOf(path) } }];
    },
    *rename(path, destination) {
      yield [{ Rename: { path: pathOf(path, "oldPath"), destination: pathOf(destination, "newPath") } }];
    },
    *unlink(path) {
      yield [{ Remove: { path: pathOf(path), what: "File", force: false } }];
    },
    *rmdir(path) {
      yield [{ Remove: { path: pathOf(path), what: "EmptyDir", force: false } }];
    },
    *rm(path, options) {
      const { recursive, force } = optionsOf(options);
      yield [{ Remove: { path: pathOf(path), what: recursive ? "Tree" : "File", force: force === true } }];
    },
    *mkdir(path, options) {
      const { recursive, mode } = typeof options === "object" && options !== null ? options : { mode: options };
      yield [{ MakeDir: { path: pathOf(path), recursive: recursive === true, mode: modeOf(mode) } }];
    },
    *mkdtemp(prefix) {
      return (yield [{ MakeTempDir: { prefix: pathOf(prefix, "prefix") } }]).path;
    },
    // Sorted by name, which Node does not promise.
    *readdir(path, options) {
      const { withFileTypes, recursive, encoding } = optionsOf(options);
      const top = pathOf(path);
      const found = [];
      const folders = [""];
      while (folders.length > 0) {
        const folder = folders.shift();
        const parent = folder === "" ? top : `${top.replace(/\/+$/, "")}/${folder}`;
        let { entries, more } = yield [{ ReadDir: { path: parent } }];
        while (more !== null) {
          const page = yield [{ ReadDirNext: { handle: more } }];
          for (const entry of page.entries) entries.push(entry);
          ({ more } = page);
        }
        entries = entries.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
        for (const entry of entries) {
          const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
          const shown = encoding === "buffer" ? Buffer.from(name) : name;
          found.push(withFileTypes ? new Dirent(entry, parent) : shown);
          if (recursive && entry.kind === "Directory") folders.push(name);
        }
      }
      return found;
    },
    *cp(source, destination, options) {
      const { recursive, force = true, errorOnExist, filter } = optionsOf(options);
      const [from, to] = [pathOf(source, "src"), pathOf(destination, "dest")];
      if (filter !== undefined && !filter(from, to)) return;
      const stats = yield* operations.lstat(from);
      if (stats.isSymbolicLink()) return yield* operations.symlink(yield* operations.readlink(from), to);
      if (!stats.isDirectory()) {
        try {
          return yield* operations.copyFile(from, to, force ? 0 : constants.COPYFILE_EXCL);
        } catch (error) {
          if (force || errorOnExist || error?.code !== "EEXIST") throw error;
          return;
        }
      }
      if (!recursive) throw invalid("options.recursive", false, "must be true: a directory is copied");
      yield* operations.mkdir(to, { recursive: true });
      for (const name of yield* operations.readdir(from)) yield* operations.cp(`${from}/${name}`, `${to}/${name}`, options);
    },
  };
  const signalOf = (options) => options?.signal instanceof AbortSignal ? options.signal : undefined;
  Object.assign(inner.files, { decode, descriptorOf, fileOf, operations, signalOf, Stats });
  return { __proto__: null };
})
