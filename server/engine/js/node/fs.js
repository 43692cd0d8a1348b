// node:fs: the global of the capability under Node's name. Imported only where the script has it.
(function () {
const { fs } = globalThis;
return { default: fs, ...fs };
})();
