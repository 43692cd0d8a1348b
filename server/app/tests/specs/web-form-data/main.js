const form = new FormData();
form.append("a", 1); form.append("a", "two"); form.append("file", new Blob(["abc"], { type: "text/plain" }), "f.txt"); form.set("b", "x");
console.log([...form.keys()].join(), form.getAll("a").join(), form.get("missing"));
const file = form.get("file"); console.log(file instanceof File, file.name, file.type, file.size, await file.text());
form.delete("a"); form.set("b", "y"); console.log([...form].map(([key, value]) => `${key}=${value.name ?? value}`).join("&"));
