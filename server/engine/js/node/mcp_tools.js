// The inside of the global `mcp`, for the modules `mcp:<server>`. Empty until it is granted, and imported only then.
(function () {
const { internals } = __bootstrap;
const exported = {};
internals.granted.mcp = (_mcp, inner) => {
  Object.assign(exported, inner.tools);
};
return exported;
})();
