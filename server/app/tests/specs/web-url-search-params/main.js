const params = new URLSearchParams("b=2&a=1&b=3&c=%F0%9F%98%80+x");
console.log(params.getAll("b").join(), params.get("c"), params.has("b", "3"), params.size);
params.sort(); params.delete("b", "2"); params.set("a", "&="); console.log(params.toString());
const url = new URL("https://example.org/p?x=1"); url.searchParams.append("y", "z"); url.hash = "h"; url.port = "443"; console.log(url.href);
try { new URL("no base"); } catch (error) { console.log(error.name); }
