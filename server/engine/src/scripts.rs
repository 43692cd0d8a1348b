//! The JavaScript of the base, in the order it runs. Not modules: plain scripts, so that nothing but ops is carried
//! by an extension of ours (engine.md 0.3).

include!(concat!(env!("OUT_DIR"), "/web_scripts.rs"));

/// Our own scripts, by name.
pub const OWN: &[(&str, &str)] = &[
    ("ext:mcp/report.js", include_str!("../js/report.js")),
    ("ext:mcp/timers.js", include_str!("../js/timers.js")),
    ("ext:mcp/web.js", include_str!("../js/web.js")),
    ("ext:mcp/form_data.js", include_str!("../js/form_data.js")),
    ("ext:mcp/artifact.js", include_str!("../js/artifact.js")),
    ("ext:mcp/console.js", include_str!("../js/console.js")),
    ("ext:mcp/webassembly.js", include_str!("../js/webassembly.js")),
    ("ext:mcp/creator.js", include_str!("../js/creator.js")),
    ("ext:mcp/lists.js", include_str!("../js/checkpoint/lists.js")),
    ("ext:mcp/registry.js", include_str!("../js/checkpoint/registry.js")),
    ("ext:mcp/modules.js", include_str!("../js/checkpoint/modules.js")),
    ("ext:mcp/wasm_globals.js", include_str!("../js/wasm_globals.js")),
    ("ext:mcp/format.js", include_str!("../js/checkpoint/format.js")),
    ("ext:mcp/views.js", include_str!("../js/checkpoint/views.js")),
    ("ext:mcp/functions.js", include_str!("../js/checkpoint/functions.js")),
    ("ext:mcp/kinds.js", include_str!("../js/checkpoint/kinds.js")),
    ("ext:mcp/save.js", include_str!("../js/checkpoint/save.js")),
    ("ext:mcp/shells.js", include_str!("../js/checkpoint/shells.js")),
    ("ext:mcp/load.js", include_str!("../js/checkpoint/load.js")),
    ("ext:mcp/host.js", include_str!("../js/host.js")),
];

/// Comes after every script that defines a global.
pub const NODE: &[(&str, &str)] = &[("ext:mcp/node.js", include_str!("../js/node.js"))];

/// The text of a script of Deno's.
pub fn web(specifier: &str) -> Option<&'static str> {
    SCRIPTS.iter().find(|(name, _)| *name == specifier).map(|(_, text)| *text)
}
