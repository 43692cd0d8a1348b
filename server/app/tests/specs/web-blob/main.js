const b = new Blob(["héllo", new Uint8Array([33])], { type: "text/plain" });
console.log(b.size, b.type, await b.text(), await b.slice(0, 1).text());
const f = new File(["x"], "name.txt"); console.log(f.name, f instanceof Blob);
const form = new FormData(); form.append("a", "1"); form.append("a", b, "b.txt"); form.set("c", "3");
console.log([...form].map(([k, v]) => k + "=" + (v.name ?? v)).join("&"), form.getAll("a").length, form.has("z"));
