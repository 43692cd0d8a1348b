//! Exit codes that mean something to a service manager (sysexits.h).

/// The configuration is wrong: starting again does not help.
pub const CONFIG: u8 = 78;
