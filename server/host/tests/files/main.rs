//! Files of scripts against hostile paths, links, kinds of files and other processes (group F of the threats).
// All of this is test code; clippy's own exemption covers only the functions marked as tests.
#![allow(clippy::unwrap_used)]

mod escapes;
mod kinds;
mod names;
mod operations;
mod policies;
mod quotas;
mod races;
mod start;
mod support;
