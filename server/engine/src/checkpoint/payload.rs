//! The bytes of a portable graph. Layout, little endian: `MCPV`, version, then five sections, each with its length
//! as u64 in front: nodes (written by js/checkpoint/save.js), strings, buffers, trailer, and modules where there are some.
//!
//! Strings: per string `u64 = length in units * 2 + (1 for UTF-16)`, then Latin-1 or UTF-16 units; always the
//! shorter form, so that equal texts have equal bytes. Buffers: per buffer its length as u64, then its bytes.
//! Trailer: postcard of [`Trailer`]. Modules: postcard of the list of their keys, which the nodes name.

use super::CheckpointError;
use mcp_v8_sandbox::Lost;
use serde::{Deserialize, Serialize};
use std::ops::Range;

const MAGIC: &[u8; 4] = b"MCPV";
const VERSION: u8 = 1;

/// What stands beside the nodes.
#[derive(Default, Serialize, Deserialize)]
pub struct Trailer {
    /// Nodes that stand for something lost.
    pub gone: Vec<u32>,
    /// Where each node starts.
    pub starts: Vec<u64>,
    pub lost: Vec<(String, String)>,
}

/// A graph that was read: one piece of memory, and where its parts are.
#[derive(Debug)]
pub struct Payload {
    bytes: Vec<u8>,
    nodes: Range<usize>,
    strings: Range<usize>,
    buffers: Range<usize>,
    pub gone: Vec<u32>,
    pub starts: Vec<u64>,
    pub lost: Vec<Lost>,
    /// What must be imported before the graph is read: type, a space, specifier.
    pub modules: Vec<String>,
}

/// Puts a graph together.
pub fn encode(
    nodes: &[u8],
    strings: &[u8],
    buffers: &[u8],
    trailer: &[u8],
    modules: &[u8],
) -> Vec<u8> {
    let parts = [nodes, strings, buffers, trailer, modules];
    // Without modules a graph has the bytes that it always had.
    let parts = if modules.is_empty() { &parts[..4] } else { &parts[..] };
    let size = parts.iter().map(|part| part.len() + 8).sum::<usize>();
    let mut bytes = Vec::with_capacity(MAGIC.len() + 1 + size);
    bytes.extend_from_slice(MAGIC);
    bytes.push(VERSION);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

impl Payload {
    /// Finds the parts.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] when these are not the bytes of [`encode`].
    pub fn parse(bytes: Vec<u8>) -> Result<Self, CheckpointError> {
        let head = MAGIC.len() + 1;
        if bytes.get(..MAGIC.len()) != Some(MAGIC) {
            return Err(CheckpointError::Damaged("it is no portable graph"));
        }
        if bytes.get(MAGIC.len()) != Some(&VERSION) {
            return Err(CheckpointError::Damaged("a newer server wrote it"));
        }
        let mut at = head;
        let mut part = || -> Option<Range<usize>> {
            let length = length(&bytes, at)?;
            let from = at + 8;
            at = from.checked_add(length)?;
            (at <= bytes.len()).then_some(from..at)
        };
        let cut = CheckpointError::Damaged("it is cut off");
        let (Some(nodes), Some(strings), Some(buffers), Some(trailer)) =
            (part(), part(), part(), part())
        else {
            return Err(cut);
        };
        let modules = if at_end(&bytes, &trailer) { None } else { Some(part().ok_or(cut)?) };
        let modules: Vec<String> = match modules {
            None => Vec::new(),
            Some(modules) => postcard::from_bytes(&bytes[modules])
                .map_err(|_| CheckpointError::Damaged("its modules"))?,
        };
        let trailer: Trailer = postcard::from_bytes(&bytes[trailer])
            .map_err(|_| CheckpointError::Damaged("its trailer"))?;
        let lost = trailer.lost.into_iter().map(|(name, reason)| Lost { name, reason });
        let (gone, starts, lost) = (trailer.gone, trailer.starts, lost.collect());
        Ok(Self { bytes, nodes, strings, buffers, gone, starts, lost, modules })
    }

    pub fn nodes(&self) -> &[u8] {
        &self.bytes[self.nodes.clone()]
    }

    pub fn strings(&self) -> &[u8] {
        &self.bytes[self.strings.clone()]
    }

    /// The buffers, one after the other.
    pub fn buffers(&self) -> Vec<&[u8]> {
        let bytes = &self.bytes[self.buffers.clone()];
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(length) = length(bytes, at) {
            let Some(buffer) = bytes.get(at + 8..at + 8 + length) else { break };
            found.push(buffer);
            at += 8 + length;
        }
        found
    }
}

fn at_end(bytes: &[u8], last: &Range<usize>) -> bool {
    last.end == bytes.len()
}

/// The length that stands at a place.
pub fn length(bytes: &[u8], at: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(8)?)?;
    usize::try_from(u64::from_le_bytes(field.try_into().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let lost = vec![("f".to_owned(), "why".to_owned())];
        let trailer = Trailer { gone: vec![3], starts: vec![0, 9], lost };
        let buffers = [&3u64.to_le_bytes()[..], b"abc", &0u64.to_le_bytes()[..]].concat();
        let trailer = postcard::to_stdvec(&trailer).expect("a trailer encodes");
        let modules = postcard::to_stdvec(&vec![" npm:a"]).expect("a list encodes");
        encode(b"nodes", b"strings", &buffers, &trailer, &modules)
    }

    #[test]
    fn what_is_put_together_is_found_again() {
        let payload = Payload::parse(sample()).expect("own bytes parse");
        assert_eq!((payload.nodes(), payload.strings()), (&b"nodes"[..], &b"strings"[..]));
        assert_eq!(payload.buffers(), [&b"abc"[..], b""]);
        assert_eq!((payload.gone, payload.starts), (vec![3], vec![0, 9]));
        assert_eq!(payload.lost[0].name, "f");
        assert_eq!(payload.modules, [" npm:a"]);
    }

    #[test]
    fn bytes_that_are_cut_off_anywhere_are_an_error_and_never_a_panic() {
        let whole = sample();
        // A graph may end before its modules: then it has none.
        let without =
            whole.len() - 8 - postcard::to_stdvec(&vec![" npm:a"]).map_or(0, |list| list.len());
        for length in (0..whole.len()).filter(|length| *length != without) {
            assert!(Payload::parse(whole[..length].to_vec()).is_err(), "{length}");
        }
    }
}
