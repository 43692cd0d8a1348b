class Bus extends EventTarget {}
const bus = new Bus();
bus.addEventListener("x", { handleEvent(event) { console.log("object", event.type, event.target === bus, this !== bus); } });
bus.addEventListener("x", (event) => { event.preventDefault(); event.stopImmediatePropagation(); });
bus.addEventListener("x", () => console.log("not reached"));
const event = new CustomEvent("x", { cancelable: true, detail: { n: 1 } });
console.log(bus.dispatchEvent(event), event.defaultPrevented, event.detail.n);
