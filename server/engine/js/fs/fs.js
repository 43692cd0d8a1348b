// The global `fs`, as node:fs and node:fs/promises: every operation with Sync, with a callback as the last argument, and
// without one as a promise. Which file a path is and what may be done with it the server decides.
"use strict";
((inner) => {
  const {
    bytesOf, constants, createReadStream, createWriteStream, Dirent, either, FileHandle, named, operations, promised, Stats, sync,
  } = inner.files;
  const promises = { constants };
  const fs = { constants, createReadStream, createWriteStream, Dirent, promises, Stats };
  for (const name in constants) {
    if (name.endsWith("_OK")) fs[name] = constants[name];
  }
  // Node has these for descriptors only, and not as promises.
  const DESCRIPTORS = ["close", "fdatasync", "fstat", "fsync", "ftruncate", "read", "write", "exists"];
  const SPREAD = {
    __proto__: null, read: (count, args) => [null, count, args[1]], write: (count, args) => [null, count, args[1]],
    // The one callback of Node without a place for an error.
    exists: (there) => [there],
  };
  for (const name in operations) {
    if (!DESCRIPTORS.includes(name)) promises[name] = named(name, promised[name]);
    fs[`${name}Sync`] = named(`${name}Sync`, sync(operations[name]));
    fs[name] = named(name, either(promised[name], SPREAD[name]));
  }
  const statSync = (name) => named(`${name}Sync`, (path, options = undefined) => {
    try {
      return sync(operations[name])(path, options);
    } catch (error) {
      if (options?.throwIfNoEntry === false && error?.code === "ENOENT") return undefined;
      throw error;
    }
  });
  fs.statSync = statSync("stat");
  fs.lstatSync = statSync("lstat");
  // A handle where there is a promise; a number where there is a callback.
  promises.open = named("open", async (path, flags = undefined, mode = undefined) => new FileHandle(await promised.open(path, flags, mode)));
  const openNumber = either(promised.open);
  fs.open = named("open", (...args) => typeof args[args.length - 1] === "function" ? openNumber(...args) : promises.open(...args));
  // Data may come in pieces: a stream, or anything that is iterated.
  const pieces = (data) => typeof data === "object" && data !== null && !ArrayBuffer.isView(data) && (data[Symbol.asyncIterator] ?? data[Symbol.iterator]) !== undefined;
  const writing = (whole, flag) => async (file, data, options = undefined) => {
    if (!pieces(data)) return await whole(file, data, options);
    const how = typeof options === "string" ? { encoding: options } : options ?? {};
    const handle = file instanceof FileHandle ? file : await promises.open(file, how.flag ?? flag, how.mode);
    try {
      for await (const piece of data) await handle.writeFile(bytesOf(piece, how.encoding));
    } finally {
      if (handle !== file) await handle.close();
    }
  };
  for (const [name, flag] of [["writeFile", "w"], ["appendFile", "a"]]) {
    promises[name] = named(name, writing(promised[name], flag));
    fs[name] = named(name, either(promises[name]));
  }
  const opendir = async (path, options = undefined) => {
    const entries = await promised.readdir(path, { ...options, withFileTypes: true });
    return {
      path: String(path),
      read: async () => entries.shift() ?? null,
      close: async () => {},
      async *[Symbol.asyncIterator]() {
        while (entries.length > 0) yield entries.shift();
      },
    };
  };
  promises.opendir = opendir;
  fs.opendir = named("opendir", either(opendir));
  fs.realpath.native = fs.realpath;
  fs.realpathSync.native = fs.realpathSync;
  inner.fs = fs;
  return { __proto__: null, fs };
})
