// node:fs/promises: the global of the capability under Node's name. Imported only where the script has it.
(function () {
const promises = globalThis.fs?.promises ?? globalThis.fs;
return { default: promises, ...promises };
})();
