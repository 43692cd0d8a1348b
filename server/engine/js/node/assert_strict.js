// node:assert/strict.
(function () {
const { strict } = __bootstrap.core.loadExtScript("ext:mcp_node/assert.js");
return { default: strict, ...strict };
})();
