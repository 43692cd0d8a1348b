// Every operation of fs, held against what Node does with the same call.
const equal = (found, wanted, what) => {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: ${a} and not ${b}`);
};
const refused = async (call, code, what) => {
  let found = "done";
  try {
    await call();
  } catch (error) {
    found = error.code;
  }
  equal(found, code, what);
};
const called = (name, ...args) => new Promise((resolve, reject) => fs[name](...args, (error, ...values) => error ? reject(error) : resolve(values)));
const { promises } = fs;

// --- whole files and encodings
fs.writeFileSync("a.txt", "grüße");
equal(fs.readFileSync("a.txt", "utf8"), "grüße", "utf8");
equal(fs.readFileSync("a.txt").toString(), "grüße", "Buffer.toString");
equal(fs.readFileSync("a.txt", { encoding: "hex" }), "6772c3bcc39f65", "hex");
equal(fs.readFileSync("a.txt", "base64"), "Z3LDvMOfZQ==", "base64");
equal(fs.readFileSync("a.txt", "base64url"), "Z3LDvMOfZQ", "base64url");
equal(fs.readFileSync("a.txt", "latin1"), "grÃ¼Ã\u009fe", "latin1");
equal(fs.readFileSync("a.txt").length, 7, "bytes");
equal(Buffer.isBuffer(fs.readFileSync("a.txt")), true, "a Buffer");
for (const [text, encoding] of [["6869", "hex"], ["aGk=", "base64"], ["aGk", "base64url"], ["hi", "latin1"], ["hi", "ascii"]]) {
  fs.writeFileSync("e", text, encoding);
  equal(fs.readFileSync("e", "utf8"), "hi", encoding);
}
fs.writeFileSync("e", "hi", "utf16le");
equal([...fs.readFileSync("e")], [104, 0, 105, 0], "utf16le");
equal(fs.readFileSync("e", "utf16le"), "hi", "utf16le back");
await refused(() => fs.readFileSync("e", "utf7"), "ERR_UNKNOWN_ENCODING", "an unknown encoding");
await refused(() => fs.writeFileSync("e", 7), "ERR_INVALID_ARG_TYPE", "a number is no data");
await promises.writeFile("a.txt", new Uint8Array([120, 121]));
await promises.appendFile("a.txt", "z");
equal(await promises.readFile("a.txt", "utf8"), "xyz", "promises");
equal(await fs.readFile("a.txt", "utf8"), "xyz", "without a callback it is a promise");
equal(await called("readFile", "a.txt", "utf8"), ["xyz"], "a callback");
equal((await called("readFile", "missing").catch((error) => [error.code, error.syscall, error.path, error.errno])), ["ENOENT", "open", "missing", -2], "an error for a callback");
await promises.writeFile("pieces", (function* () {
  yield "one ";
  yield new TextEncoder().encode("two");
})());
equal(fs.readFileSync("pieces", "utf8"), "one two", "an iterable");
const large = new Uint8Array(20 << 20).map((_, at) => at * 7);
fs.writeFileSync("large", large);
equal(fs.statSync("large").size, large.length, "more than one call holds");
const back = await promises.readFile("large");
equal(back.equals(large), true, "and back");
fs.unlinkSync("large");

// --- flags
await refused(() => fs.writeFileSync("a.txt", "", { flag: "wx" }), "EEXIST", "wx");
fs.writeFileSync("a.txt", "+", { flag: "a" });
equal(fs.readFileSync("a.txt", "utf8"), "xyz+", "flag a");
await refused(() => fs.openSync("a.txt", "rw"), "ERR_INVALID_ARG_VALUE", "no such flag");
const { O_CREAT, O_EXCL, O_RDWR } = fs.constants;
fs.closeSync(fs.openSync("numbers", O_CREAT | O_EXCL | O_RDWR));
await refused(() => fs.openSync("numbers", O_CREAT | O_EXCL | O_RDWR), "EEXIST", "flags as numbers");

// --- descriptors and handles
const fd = fs.openSync("d", "w+");
equal([fs.writeSync(fd, "hello "), fs.writeSync(fd, Buffer.from("-world-"), 1, 5), fs.writeSync(fd, "J", 0)], [6, 5, 1], "writeSync");
const buffer = Buffer.alloc(8);
equal([fs.readSync(fd, buffer, 0, 8, 0), buffer.toString()], [8, "Jello wo"], "readSync at a position");
equal(fs.readSync(fd, buffer), 0, "readSync at the end");
equal(fs.fstatSync(fd).size, 11, "fstatSync");
fs.ftruncateSync(fd, 5);
fs.fsyncSync(fd);
fs.closeSync(fd);
equal(fs.readFileSync("d", "utf8"), "Jello", "ftruncateSync");
await refused(() => fs.closeSync(fd), "EBADF", "closed twice");
{
  await using handle = await promises.open("d", "r+");
  equal((await handle.read(Buffer.alloc(2), 0, 2, 1)).buffer.toString(), "el", "handle.read");
  equal((await handle.write("!", 4)).bytesWritten, 1, "handle.write");
  equal(await handle.readFile("utf8"), "Jell!", "handle.readFile");
  equal((await handle.stat()).isFile(), true, "handle.stat");
}
equal((await called("open", "d")).length, 1, "open by callback");

// --- streams
let text = "";
for await (const chunk of fs.createReadStream("pieces", { encoding: "utf8", highWaterMark: 3, start: 1, end: 5 })) text += chunk + "|";
equal(text, "ne |tw|", "a stream of text");
const out = fs.createWriteStream("s");
await out.write("one\n");
await out.end("two\n");
equal(fs.readFileSync("s", "utf8"), "one\ntwo\n", "a stream that is written");
fs.writeFileSync("t", "zero\n");
await fs.createReadStream("s").pipeTo(fs.createWriteStream("t", { flags: "a" }));
equal(fs.readFileSync("t", "utf8"), "zero\none\ntwo\n", "piped");
const umlaut = [];
fs.writeFileSync("u", "äöü");
for await (const chunk of fs.createReadStream("u", { encoding: "utf8", highWaterMark: 1 })) umlaut.push(chunk);
equal(umlaut, ["ä", "ö", "ü"], "no character is cut");

// --- directories
fs.mkdirSync("dir/sub/deep", { recursive: true });
await refused(() => fs.mkdirSync("dir"), "EEXIST", "mkdir of what is there");
fs.writeFileSync("dir/b", "");
fs.writeFileSync("dir/sub/c", "");
equal(fs.readdirSync("dir"), ["b", "sub"], "readdir");
equal((await promises.readdir("dir", { withFileTypes: true })).map((entry) => [entry.name, entry.isDirectory(), entry.parentPath]), [["b", false, "dir"], ["sub", true, "dir"]], "Dirent");
equal(fs.readdirSync("dir", { recursive: true }), ["b", "sub", "sub/c", "sub/deep"], "readdir, recursive");
const walked = [];
for await (const entry of await promises.opendir("dir")) walked.push(entry.name);
equal(walked, ["b", "sub"], "opendir");
await refused(() => fs.readdirSync("a.txt"), "ENOTDIR", "readdir of a file");
await refused(() => fs.rmdirSync("dir"), "ENOTEMPTY", "rmdir");
await refused(() => fs.rmSync("dir"), "EISDIR", "rm of a directory");
equal(/^tmp-.{6}$/.test(fs.mkdtempSync("tmp-")), true, "mkdtemp");
fs.cpSync("dir", "copy", { recursive: true });
equal(fs.readdirSync("copy", { recursive: true }), ["b", "sub", "sub/c", "sub/deep"], "cp");
await promises.rm("dir", { recursive: true });
await refused(() => promises.rm("dir"), "ENOENT", "rm of nothing");
await promises.rm("dir", { force: true });
equal(fs.existsSync("dir"), false, "existsSync");
equal(await new Promise((resolve) => fs.exists("copy", resolve)), true, "exists");
const many = fs.mkdtempSync("many-");
for (let i = 0; i < 1500; i++) fs.writeFileSync(`${many}/${i}`, "");
equal(fs.readdirSync(many).length, 1500, "more entries than a page");

// --- facts and names
const stats = await promises.stat("a.txt");
equal([stats.isFile(), stats.isDirectory(), stats.size, (stats.mode & 0o777).toString(8), stats.mtime instanceof Date], [true, false, 4, "600", true], "stat");
equal(Math.abs(stats.mtimeMs - Date.now()) < 60_000, true, "mtimeMs");
equal(fs.statSync("missing", { throwIfNoEntry: false }), undefined, "throwIfNoEntry");
fs.utimesSync("a.txt", 1, new Date(5000));
equal(fs.statSync("a.txt").mtimeMs, 5000, "utimes");
fs.chmodSync("a.txt", "640");
fs.accessSync("a.txt", fs.constants.R_OK | fs.constants.W_OK);
fs.copyFileSync("a.txt", "b.txt");
await refused(() => fs.copyFileSync("a.txt", "b.txt", fs.constants.COPYFILE_EXCL), "EEXIST", "copyFile, exclusive");
fs.renameSync("b.txt", "c.txt");
fs.truncateSync("c.txt", 2);
equal([fs.readFileSync("c.txt", "utf8"), fs.existsSync("b.txt")], ["xy", false], "rename, truncate");
fs.symlinkSync("c.txt", "link");
equal([fs.readlinkSync("link"), fs.lstatSync("link").isSymbolicLink(), fs.statSync("link").isFile(), fs.realpathSync("link").endsWith("/root/c.txt")], ["c.txt", true, true, true], "links");
await refused(() => fs.readFileSync("copy"), "EISDIR", "a directory is no file");
await refused(() => promises.readFile("a.txt", { signal: AbortSignal.abort() }), 20, "an aborted read");

// --- Buffer
equal(Buffer.concat([Buffer.from("ab"), Buffer.from("636", "hex"), Buffer.from([100])]).toString(), "abcd", "concat");
equal([Buffer.byteLength("ü"), Buffer.from("aé").indexOf("é"), Buffer.from("abc").slice(1).toString(), Buffer.alloc(3, "xy").toString()], [2, 1, "bc", "xyx"], "Buffer");
const number = Buffer.alloc(4);
number.writeUInt16BE(258, 1);
equal([[...number], number.readUInt16BE(1), number.readUInt16LE(1), JSON.stringify(number)], [[0, 1, 2, 0], 258, 513, '{"type":"Buffer","data":[0,1,2,0]}'], "numbers");
"all passed";
