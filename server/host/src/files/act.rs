//! The operations, a module each: what the policy is asked, and what is done then.

pub mod attributes;
pub mod copy;
pub mod directory;
pub mod handle;
pub mod link;
pub mod open;
pub mod remove;
pub mod rename;
pub mod tree;
pub mod whole;
