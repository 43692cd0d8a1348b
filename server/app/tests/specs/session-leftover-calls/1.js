new Blob(["old"]).text().then(console.log); crypto.subtle.digest("SHA-256", new Uint8Array(9)).then(console.log);
import("./absent.js").catch((error) => console.log("old import")); import("./absent.js");
WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => console.log("old module")); throw new Error("now")
