// node:child_process: the global of the capability under Node's name. Empty until it is granted, and imported only then.
(function () {
const { internals } = __bootstrap;
const exported = {};
const before = internals.granted.child_process;
internals.granted.child_process = (child_process) => {
  before?.(child_process);
  const given = child_process;
  Object.assign(exported, given, { default: given });
};
return exported;
})();
