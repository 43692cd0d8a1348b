//! Exit codes that mean something to a service manager or a script (sysexits.h).

/// The configuration is wrong: starting again does not help.
pub const CONFIG: u8 = 78;

/// Tests of policies failed, as for `opa test`.
pub const TESTS_FAILED: u8 = 2;

/// There is nothing to work on: no server has kept state there.
pub const NO_INPUT: u8 = 66;

/// A running server has the state directory: later it will do.
pub const IN_USE: u8 = 75;
