//! A part of an execution's output. Not a stream: whoever follows a run asks again.

use crate::Status;

/// Which part of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageRequest {
    /// `limit` lines from line `offset`. Lines count from 1 (0 means 1) and end with a line feed, which belongs to
    /// them. While the execution is unfinished, a last line without a line feed is held back: it may still grow, and
    /// lines could then not be joined to the output. A limit of 0 means 1.
    Lines { offset: u64, limit: u64 },
    /// `limit` bytes of UTF-8 from byte `offset`, counted from 0. A start or an end inside a character moves down to
    /// its first byte; when nothing would be left, the end moves up instead. A limit of 0 means 1.
    Bytes { offset: u64, limit: u64 },
}

/// A part of the output, and where it lies. The pages, joined, are exactly the output.
///
/// An empty page (the offset is beyond the end, or there is nothing more yet) lies where the output goes on: its
/// `end_byte` equals `start_byte`, its `end_line` is one less than `start_line`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPage {
    pub data: String,
    /// The line of the first byte, from 1.
    pub start_line: u64,
    /// The line of the last byte, inclusive.
    pub end_line: u64,
    /// The line to ask for next: the one that `next_byte_offset` lies in.
    pub next_line_offset: u64,
    /// Lines so far; a last line without a line feed counts.
    pub total_lines: u64,
    /// Offset of the first byte, from 0.
    pub start_byte: u64,
    /// Offset after the last byte.
    pub end_byte: u64,
    /// The byte to ask for next: `end_byte`.
    pub next_byte_offset: u64,
    /// Bytes so far.
    pub total_bytes: u64,
    /// The next page, asked for in the same way, has something in it already.
    pub has_more: bool,
    /// An execution that is not [final](Status::is_final) may print more.
    pub status: Status,
}
