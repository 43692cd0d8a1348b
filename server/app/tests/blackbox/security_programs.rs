//! Programs nobody wrote: group G (G16) and E33 of the threat catalogue. Deterministic, so that a failure is a program
//! one can run again.

use crate::harness::server::Server;

/// Programs tried. Each is a few milliseconds.
const PROGRAMS: u64 = 600;

/// Statements of a program.
const STATEMENTS: u64 = 6;

const VALUES: &[&str] = &[
    "0",
    "-0",
    "1.5",
    "NaN",
    "2 ** 31",
    "2 ** 53",
    "-1e300",
    "10n",
    "''",
    "'text'",
    "'\\ud800'",
    "null",
    "undefined",
    "[]",
    "[1, , 3]",
    "{}",
    "/a+/gy",
    "Symbol.iterator",
    "() => 1",
    "function* () { yield 1 }",
    "class { #p = 1 }",
    "new Map([[1, {}]])",
    "new Date(8.64e15)",
    "new Proxy([], {})",
    "new Uint8Array(9)",
    "new ArrayBuffer(8, { maxByteLength: 64 })",
    "new Error('e')",
    "Promise.resolve(1)",
    "new Intl.NumberFormat('de')",
    "new URL('http://a/b')",
    "new WeakRef({})",
    "globalThis",
];

const CALLS: &[&str] = &[
    "Object.assign",
    "Object.defineProperties",
    "Object.groupBy",
    "Reflect.construct",
    "Reflect.ownKeys",
    "Reflect.set",
    "Array.from",
    "Array.prototype.splice.call",
    "Array.prototype.flat.call",
    "Array.prototype.sort.call",
    "String.prototype.replaceAll.call",
    "String.prototype.normalize.call",
    "RegExp.prototype[Symbol.split].call",
    "JSON.parse",
    "JSON.stringify",
    "BigInt.asUintN",
    "Atomics.add",
    "Date.prototype.setMonth.call",
    "structuredClone",
    "console.log",
    "Symbol",
    "eval",
    "new DataView",
    "new Proxy",
    "new Intl.DateTimeFormat",
    "new TextDecoder",
    "new URLSearchParams",
    "new Blob",
    "new ReadableStream",
    "WebAssembly.validate",
    "Promise.all",
    "queueMicrotask",
    "Iterator.from",
    "Map.groupBy",
    "ArrayBuffer.prototype.transfer.call",
];

/// xorshift64*; the seed is a program's number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % sides
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.roll(list.len() as u64);
        list[usize::try_from(at).unwrap_or(0)]
    }

    fn expression(&mut self, depth: u32) -> String {
        let kind = if depth == 0 { 0 } else { self.roll(7) };
        match kind {
            0 => format!("({})", self.pick(VALUES)),
            1 => format!("v{}", self.roll(STATEMENTS)),
            2 => format!(
                "({} {} {})",
                self.expression(depth - 1),
                self.pick(&["+", "**", "<<", "in", "??", "==="]),
                self.expression(depth - 1)
            ),
            3 => format!("{}?.[{}]", self.expression(depth - 1), self.expression(depth - 1)),
            4 => format!("[...{}]", self.expression(depth - 1)),
            _ => format!(
                "{}({}, {})",
                self.pick(CALLS),
                self.expression(depth - 1),
                self.expression(depth - 1)
            ),
        }
    }

    fn program(&mut self) -> String {
        let names: Vec<String> = (0..STATEMENTS).map(|n| format!("v{n}")).collect();
        let lines = names
            .iter()
            .map(|name| format!("try {{ {name} = {} }} catch {{}}", self.expression(4)));
        let lines: Vec<String> = lines.collect();
        format!("let {};\n{}\n[{}].length", names.join(", "), lines.join("\n"), names.join(", "))
    }
}

#[test]
fn no_generated_program_kills_its_worker() {
    let mut server = Server::small();
    let mut completed = 0;
    for seed in 1..=PROGRAMS {
        let program = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).program();
        let ended = server.run(&program);
        assert!(ended["status"].is_string(), "program {seed}: {ended}\n{program}");
        assert_ne!(ended["error"]["code"], "error.worker", "program {seed}: {ended}\n{program}");
        completed += u64::from(ended["status"] == "completed");
    }
    // The grammar must make programs that run, or this proves nothing.
    assert!(completed > PROGRAMS / 2, "{completed} of {PROGRAMS} completed");
    server.oracle("G16");
}

#[test]
fn extreme_arguments_of_dates_and_locales_are_exceptions_of_their_kind() {
    // E33
    let mut server = Server::small();
    let code = "let refused = 0;\n\
        const attempt = (f) => { try { f() } catch (e) { if (!(e instanceof RangeError || e instanceof TypeError)) throw e; refused++ } };\n\
        for (const x of [8.64e15, 8.64e15 + 1, -1e300, NaN, Infinity, 2 ** 53, -1, 1e21]) for (const f of [\n\
          () => new Date(x).toISOString(), () => new Date(x, x, x).toLocaleString('ar'), () => new Date(0).setFullYear(x),\n\
          () => new Intl.DateTimeFormat('fa-u-ca-persian', { dateStyle: 'full' }).format(x), () => (1.5).toFixed(x),\n\
          () => new Intl.NumberFormat('en', { minimumFractionDigits: x }), () => new Intl.RelativeTimeFormat('en').format(x, 'day'),\n\
          () => new Intl.DateTimeFormat('en', { timeZone: String(x) }), () => new Intl.Locale('x'.repeat(Math.min(Math.abs(x) || 0, 1e6))),\n\
          () => new Intl.DurationFormat('en').format({ hours: x }), () => (123.456).toPrecision(x), () => 'x'.repeat(x).length,\n\
        ]) attempt(f);\nrefused";
    let ended = server.run(code);
    assert!(ended["result"].as_u64().is_some_and(|refused| refused > 20), "{ended}");
    server.oracle("E33");
}
