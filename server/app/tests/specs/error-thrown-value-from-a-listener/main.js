new AbortController().signal.addEventListener("x", () => { throw { a: 1 } }); const t = new EventTarget(); t.addEventListener("x", () => { throw { a: 1 } }); t.dispatchEvent(new Event("x"))
