//! A number of the configuration with its unit, so that keys in different units compare. Not a limit at run time.

use std::fmt;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Count,
    Bytes,
    Mebibytes,
    Milliseconds,
    Seconds,
}

/// The number one key (or the sum of several) has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    pub keys: &'static [&'static str],
    pub number: u64,
    pub unit: Unit,
}

impl Measure {
    pub(crate) fn new(keys: &'static [&'static str], number: u64, unit: Unit) -> Self {
        Self { keys, number, unit }
    }

    pub(crate) fn count(keys: &'static [&'static str], number: usize) -> Self {
        Self::new(keys, number as u64, Unit::Count)
    }

    /// In the smallest unit of its kind: bytes or milliseconds.
    pub(crate) fn base(self) -> u64 {
        let factor = match self.unit {
            Unit::Count | Unit::Bytes | Unit::Milliseconds => 1,
            Unit::Mebibytes => 1 << 20,
            Unit::Seconds => 1000,
        };
        self.number.saturating_mul(factor)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Count => "",
            Unit::Bytes => " bytes",
            Unit::Mebibytes => " MiB",
            Unit::Milliseconds => " ms",
            Unit::Seconds => " s",
        };
        write!(f, "`{}` ({}{unit})", self.keys.join("` + `"), self.number)
    }
}
