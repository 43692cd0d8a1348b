// node:child_process: the global of the capability under Node's name. Imported only where the script has it.
(function () {
const { child_process } = globalThis;
return { default: child_process, ...child_process };
})();
