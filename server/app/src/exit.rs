//! Exit codes that mean something to a service manager (sysexits.h).

/// The configuration is wrong: starting again does not help.
pub const CONFIG: u8 = 78;

/// Tests of policies failed, as for `opa test`.
pub const TESTS_FAILED: u8 = 2;
