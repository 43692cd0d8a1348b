const target = new EventTarget(); target.addEventListener("ping", () => { throw { a: 1 } }); target.dispatchEvent(new Event("ping"))
