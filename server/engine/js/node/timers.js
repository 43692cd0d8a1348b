// node:timers: the timers of the platform under Node's name.
(function () {
const { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } = __bootstrap.internals.platform;
const promises = __bootstrap.core.loadExtScript("ext:mcp_node/timers_promises.js").default;
const exported = { clearImmediate, clearInterval, clearTimeout, promises, setImmediate, setInterval, setTimeout };
return { default: exported, ...exported };
})();
