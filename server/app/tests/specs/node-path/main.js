import path, { join, posix } from "node:path";
const show = (...values) => console.log(JSON.stringify(values));
show(join("a", "..", "b"), join("/a", "../../b"), join(""), join("a/", "/b/"), path === posix, path.sep, path.delimiter);
for (const p of ["", "/", "//", "a", "/a", "a/", "/a/b.c", "/a/b.tar.gz", ".x", "a/.x", "..", "../..", "a//b///c", "./a/./b/..", "/../a", "a/../..", "b.", "/a/b/"]) {
  show(p, path.normalize(p), path.dirname(p), path.basename(p), path.extname(p), path.isAbsolute(p), path.parse(p));
}
show(path.basename("/a/b.html", ".html"), path.basename("b.html", "b.html"), path.basename("a.b", "x"));
show(path.resolve("/a", "b", "../c"), path.resolve("/a", "/b"), path.resolve("/a/"));
show(path.relative("/a/b/c", "/a/d"), path.relative("/a", "/a"), path.relative("/a/b", "/"), path.relative("/", "/x/y"));
show(path.format({ dir: "/a", base: "b.c" }), path.format({ root: "/", name: "b", ext: ".c" }), path.format({ root: "/", dir: "/", base: "x" }), path.format({ name: "a", ext: "c" }));
try { join(1) } catch (e) { show(e.name, e.code) }
