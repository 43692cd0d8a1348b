const out = [];
await new Promise((done) => {
  const never = setImmediate(() => out.push("never"));
  setImmediate((text) => { out.push(text); setImmediate(done); }, "first");
  clearImmediate(never);
});
out
