const target = new EventTarget();
target.addEventListener("ping", () => {
  throw new Error("in listener");
});
console.log("before"); target.dispatchEvent(new Event("ping")); console.log("after")
