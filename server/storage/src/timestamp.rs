//! A point in time as it is stored. Not a clock for measuring durations: it follows the system's wall clock.

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The system's wall clock; 0 when it stands before 1970.
    pub fn now() -> Self {
        Self(milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
    }

    /// This much earlier; stops at the smallest value.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(milliseconds(duration)))
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_beyond_all_time_is_no_overflow() {
        assert_eq!(Timestamp(5).minus(Duration::from_millis(7)), Timestamp(-2));
        assert!(Timestamp::now().minus(Duration::MAX) < Timestamp(0));
        assert!(Timestamp::now() > Timestamp(0));
    }
}
