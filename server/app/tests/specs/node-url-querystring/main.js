import { fileURLToPath, pathToFileURL, urlToHttpOptions, URL as U, format } from "node:url";
import qs from "node:querystring";
const show = (...values) => console.log(JSON.stringify(values));
show(U === URL, fileURLToPath("file:///a%20b/c"), pathToFileURL("/a b/c#d?e%f").href, pathToFileURL("/x/").href);
for (const bad of ["https://a/", "file://host/a", "file:///a%2Fb"]) { try { fileURLToPath(bad) } catch (e) { show(bad, e.code) } }
const o = urlToHttpOptions(new URL("https://u:p%40@a.example:81/x?y#z")); show(o.protocol, o.hostname, o.port, o.path, o.auth, o.hash);
show(format(new URL("https://u:p@a.example/x?y#z"), { auth: false, fragment: false }));
show(qs.parse("a=1&b=2&a=3&c&d=%zz&e=x+y&=v"), qs.parse("a:1;b:2", ";", ":"), qs.parse("a=1&b=2&c=3", null ?? "&", "=", { maxKeys: 2 }));
show(qs.stringify({ a: [1, "x y"], b: true, c: null, d: undefined, e: 10n, f: NaN, g: "&=" }), qs.stringify("x"), qs.escape("a b"), qs.unescape("a%20b%"));
