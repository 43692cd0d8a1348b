// node:fs/promises: the global of the capability under Node's name. Empty until it is granted, and imported only then.
(function () {
const { internals } = __bootstrap;
const exported = {};
const before = internals.granted.fs;
internals.granted.fs = (fs) => {
  before?.(fs);
  const given = fs.promises ?? fs;
  Object.assign(exported, given, { default: given });
};
return exported;
})();
