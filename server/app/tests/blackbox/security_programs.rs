//! Programs nobody wrote: group G (G16) and E33 of the threat catalogue. Deterministic, so that a failure is a program
//! one can run again.

use crate::harness::server::{SMALL, Server};
use serde_json::Value;

/// Programs tried. Each is a millisecond or two.
const PROGRAMS: u64 = 10_000;

/// Programs of one run: a worker that is lost costs so many repetitions.
const BATCH: u64 = 40;

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

fn program(seed: u64) -> String {
    Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)).program()
}

/// What became of some programs.
#[derive(Default)]
struct Tally {
    ran: u64,
    limited: u64,
    /// Came to their last statement, in batches that did.
    whole: u64,
    lost: Vec<String>,
}

/// How a run of several programs ended.
struct Batch {
    /// Seed of the last that began.
    last: u64,
    /// How many came to their last statement, when all began.
    whole: u64,
    ended: Value,
}

/// One run of the programs from `first` up to `end`.
fn batch(server: &Server, first: u64, end: u64) -> Batch {
    let programs: Vec<String> = (first..end).map(program).collect();
    let code = format!(
        "const programs = {}, say = console.log.bind(console), run = eval; let whole = 0;\n\
         for (let i = 0; i < programs.length; i++) {{ say(`\\n#seed ${{{first} + i}}`);\n\
         try {{ run(`(() => {{ 'use strict'; ${{programs[i]}} }})()`); whole++ }} catch {{}} }} say(`\\n#end ${{whole}}`); 0",
        Value::from(programs)
    );
    let ended = server.run(&code);
    let output = server.output(&ended);
    let number = |mark: &str| {
        let mut numbers = output.lines().filter_map(|line| line.strip_prefix(mark)?.parse().ok());
        numbers.next_back()
    };
    // A promise that a program rejected fails the run when all of them have run.
    let whole = number("#end ");
    let last = if whole.is_some() { end - 1 } else { number("#seed ").unwrap_or(first) };
    Batch { last, whole: whole.unwrap_or(0), ended }
}

/// All programs from `first` up to `end`. One that ends its run at a limit ends the batch; the rest goes on after it.
fn series(server: &Server, first: u64, end: u64) -> Tally {
    let mut tally = Tally::default();
    let mut next = first;
    while next < end {
        let until = end.min(next + BATCH);
        let Batch { last, whole, ended } = batch(server, next, until);
        let code = ended["error"]["code"].as_str().unwrap_or_default();
        if !ended["status"].is_string() || code == "error.worker" {
            let program = program(last);
            tally.lost.push(format!("seed {last}, of a batch from {next}: {ended}\n{program}"));
        }
        tally.limited += u64::from(code.starts_with("limit."));
        tally.whole += whole;
        tally.ran += last + 1 - next;
        next = last + 1;
    }
    tally
}

#[test]
fn no_generated_program_kills_its_worker() {
    // One at a time may take a second; the whole is bounded by the few that do.
    let limits = ["limits.execution_timeout_secs=1"];
    let mut server = Server::start(&[SMALL, &limits].concat());
    let half = PROGRAMS / 2;
    let (one, two) = std::thread::scope(|threads| {
        let other = threads.spawn(|| series(&server, half + 1, PROGRAMS + 1));
        (series(&server, 1, half + 1), other.join().expect("no panic"))
    });
    let lost = [one.lost, two.lost].concat();
    assert!(lost.is_empty(), "{} programs killed their worker:\n{}", lost.len(), lost.join("\n"));
    assert_eq!(one.ran + two.ran, PROGRAMS);
    // The grammar must make programs that run, or this proves nothing.
    let (whole, limited) = (one.whole + two.whole, one.limited + two.limited);
    assert!(whole > PROGRAMS / 2, "{whole} of {PROGRAMS} ran to their end");
    assert!(limited < PROGRAMS / 100, "{limited} of {PROGRAMS} ended at a limit");
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
