//! A module whose memories cannot grow beyond a bound: their declared maximum is lowered, and nothing else is changed.
//! V8 enforces it from there.

use crate::error::WasmProblem;
use wasmparser::{MemoryType, Parser, Payload};

/// Section "memory" (WebAssembly Core Specification, section 5.5.8).
const MEMORY: u8 = 5;

/// The same module, with a maximum of `pages` for each memory of its own that has none or a higher one.
pub fn bounded(bytes: &[u8], pages: u64) -> Result<Vec<u8>, WasmProblem> {
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::MemorySection(section) = payload? else { continue };
        let contents = section.range();
        let memories = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut body = Vec::new();
        unsigned(&mut body, memories.len() as u64);
        memories.iter().for_each(|memory| limits(&mut body, memory, pages));
        let (from, to) = (contents.start as usize, contents.end as usize);
        // In front of the contents stand their length and the number of the section.
        // The length may hold the same byte as the number.
        let is_head =
            |at: &usize| bytes[*at] == MEMORY && is_length(&bytes[at + 1..from], to - from);
        let head = (0..from).rev().find(is_head);
        let Some(head) = head else { break };
        let mut out = bytes[..=head].to_vec();
        unsigned(&mut out, body.len() as u64);
        out.extend_from_slice(&body);
        out.extend_from_slice(&bytes[to..]);
        return Ok(out);
    }
    Ok(bytes.to_vec())
}

/// Bits of the flags: a maximum follows; indices have 64 bits.
const HAS_MAXIMUM: u8 = 1;
const IS_64: u8 = 4;

fn limits(out: &mut Vec<u8>, memory: &MemoryType, pages: u64) {
    out.push(HAS_MAXIMUM | if memory.memory64 { IS_64 } else { 0 });
    unsigned(out, memory.initial);
    unsigned(out, memory.maximum.map_or(pages, |most| most.min(pages)).max(memory.initial));
}

/// LEB128.
fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        out.push(low | if value > 0 { 0x80 } else { 0 });
        if value == 0 {
            return;
        }
    }
}

/// Whether these bytes, all of them, are this length in LEB128.
fn is_length(bytes: &[u8], wanted: usize) -> bool {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at.min(8));
        if byte & 0x80 == 0 {
            return at + 1 == bytes.len() && value == wanted as u64;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Validator, WasmFeatures};

    fn maximum(bytes: &[u8]) -> Vec<Option<u64>> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(bytes) {
            if let Payload::MemorySection(section) = payload.unwrap() {
                found.extend(section.into_iter().map(|memory| memory.unwrap().maximum));
            }
        }
        found
    }

    #[test]
    fn a_memory_cannot_grow_beyond_the_bound_and_the_rest_is_the_same() {
        for (memory, expected) in [
            ("(memory 1)", Some(7)),
            ("(memory 1 5)", Some(5)),
            ("(memory 1 500)", Some(7)),
            ("(memory i64 2)", Some(7)),
            ("(memory 7 9)", Some(7)),
        ] {
            let text = format!(
                "(module (func (export \"f\") (result i32) i32.const 5) {memory} (data (i32.const 0) \"\\05\\05\"))"
            );
            let text = text.replace(
                "i32.const 0) \"",
                if memory.contains("i64") { "i64.const 0) \"" } else { "i32.const 0) \"" },
            );
            let bytes = wat::parse_str(text).unwrap();
            let out = bounded(&bytes, 7).unwrap();
            assert_eq!(maximum(&out), [expected], "{memory}");
            Validator::new_with_features(WasmFeatures::all()).validate_all(&out).unwrap();
            assert_eq!(out[out.len() - 8..], bytes[bytes.len() - 8..]);
        }
        let none = wat::parse_str("(module (func))").unwrap();
        assert_eq!(bounded(&none, 7).unwrap(), none);
    }
}
