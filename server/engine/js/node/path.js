// node:path, for POSIX paths. There is no working directory: what is relative starts at "/".
(function () {
const { TypeError } = __bootstrap.primordials;

const text = (value, name) => {
  if (typeof value === "string") return value;
  const error = new TypeError(`The "${name}" argument must be a string`);
  error.code = "ERR_INVALID_ARG_TYPE";
  throw error;
};
// The parts of a path without "." and with ".." taken back; those at the front of a relative path stay.
const parts = (path, absolute) => {
  const kept = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!absolute) kept.push(part);
  }
  return kept.join("/");
};
const withoutSlashes = (path) => {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
};

const isAbsolute = (path) => text(path, "path").startsWith("/");
const normalize = (path) => {
  if (text(path, "path") === "") return ".";
  const absolute = path.startsWith("/");
  const inner = parts(path, absolute);
  const end = path.endsWith("/") && inner !== "" ? "/" : "";
  if (inner === "") return absolute ? "/" : path.endsWith("/") ? "./" : ".";
  return `${absolute ? "/" : ""}${inner}${end}`;
};
const join = (...paths) => {
  const given = paths.filter((path) => text(path, "path") !== "");
  return given.length === 0 ? "." : normalize(given.join("/"));
};
const resolve = (...paths) => {
  let path = "";
  for (let i = paths.length - 1; i >= 0 && !path.startsWith("/"); i--) {
    if (text(paths[i], `paths[${i}]`) !== "") path = path === "" ? paths[i] : `${paths[i]}/${path}`;
  }
  return `/${parts(path, true)}`;
};
const relative = (from, to) => {
  const start = resolve(text(from, "from")).split("/").filter(Boolean);
  const end = resolve(text(to, "to")).split("/").filter(Boolean);
  let same = 0;
  while (same < start.length && same < end.length && start[same] === end[same]) same++;
  return [...start.slice(same).map(() => ".."), ...end.slice(same)].join("/");
};
const dirname = (path) => {
  const bare = withoutSlashes(text(path, "path"));
  const slash = bare.lastIndexOf("/");
  if (slash < 0) return ".";
  if (slash === 0) return "/";
  return slash === 1 && bare[0] === "/" ? "//" : bare.slice(0, slash);
};
const basename = (path, suffix) => {
  const bare = withoutSlashes(text(path, "path"));
  const name = bare.slice(bare.lastIndexOf("/") + 1);
  if (suffix === undefined) return name;
  if (text(suffix, "suffix") === path) return "";
  if (name === "" && suffix !== "" && suffix.length <= path.length) return path;
  if (name === suffix || !name.endsWith(suffix)) return name;
  return name.slice(0, name.length - suffix.length);
};
const extname = (path) => {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 || name === ".." ? "" : name.slice(dot);
};
const parse = (path) => {
  const root = isAbsolute(path) ? "/" : "";
  const base = basename(path);
  const ext = extname(path);
  const bare = withoutSlashes(path);
  const start = bare.lastIndexOf("/");
  const dir = start < 0 ? "" : start === 0 ? "/" : bare.slice(0, start);
  return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
};
const format = (object) => {
  if (object === null || typeof object !== "object") throw new TypeError('The "pathObject" argument must be an object');
  const { root = "", dir = root, name = "", ext = "" } = object;
  const base = object.base || `${name}${ext === "" || ext.startsWith(".") ? "" : "."}${ext}`;
  return dir === "" ? base : dir === root ? `${dir}${base}` : `${dir}/${base}`;
};
const toNamespacedPath = (path) => path;

const path = {
  basename, delimiter: ":", dirname, extname, format, isAbsolute, join, normalize, parse, relative, resolve, sep: "/",
  toNamespacedPath,
};
path.posix = path;
return { default: path, ...path };
})();
