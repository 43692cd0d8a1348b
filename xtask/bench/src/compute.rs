//! CPU-bound scripts as users type them, against the same text given to V8 as it is (an indirect `eval` in the same
//! isolate): what the REPL transform costs.

use crate::request::{Surface, fresh};
use crate::server::Server;
use anyhow::{Context, Result};

const SCRIPTS: &[(&str, &str)] = &[
    (
        "loop over numbers at top level",
        "let s = 0; for (let i = 0; i < 3e7; i++) { s = (s + i * 7) % 1000003 }",
    ),
    (
        "recursive function",
        "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) }\nlet r = fib(32)",
    ),
    (
        "arrays and closures",
        "const a = Array.from({ length: 2e6 }, (_, i) => i); let t = a.map(x => x * 2).filter(x => x % 3).reduce((x, y) => x + y, 0)",
    ),
    (
        "typed array",
        "const u = new Uint32Array(1e6); for (let k = 0; k < 20; k++) for (let i = 0; i < u.length; i++) u[i] = (u[i] + i * k) >>> 0",
    ),
];

/// Prints both times and their ratio, the best of five each.
pub async fn measure() -> Result<()> {
    let server = Server::start(&[]).await?;
    for (name, script) in SCRIPTS {
        let typed = best(
            &server,
            &format!(
                "globalThis.t0 = performance.now();\n{script};\nperformance.now() - globalThis.t0"
            ),
        )
        .await?;
        let text = serde_json::to_string(script)?;
        let plain = best(&server, &format!("globalThis.t0 = performance.now(); (0, eval)({text}); performance.now() - globalThis.t0")).await?;
        println!(
            "{:<58} typed {typed:>8.1} ms   plain V8 {plain:>8.1} ms   x{:.2}",
            format!("compute: {name}"),
            typed / plain
        );
    }
    Ok(())
}

async fn best(server: &Server, code: &str) -> Result<f64> {
    let request = fresh(server, Surface::Rest, code);
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let took = request.result().await?.as_f64().context("the script gives its time")?;
        best = best.min(took);
    }
    Ok(best)
}
