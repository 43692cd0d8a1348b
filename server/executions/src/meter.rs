//! What tenants have used of late, and whether they may use more: runs and processor time by the minute, and what is
//! stored of them. Not who runs at once: that is the queue's.

use crate::error::SubmitError;
use mcp_v8_settings::Quotas;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Tenants that are remembered. Whoever is forgotten first has used nothing for a minute.
const TENANTS_MAX: usize = 10_000;

const MINUTE: Duration = Duration::from_secs(60);

/// For how long it is believed what was found stored of a tenant.
const STORED_FOR: Duration = Duration::from_secs(2);

/// One per server.
#[derive(Debug)]
pub struct Meter {
    /// `None`: there is one tenant, and the server is its own.
    quotas: Option<Quotas>,
    tenants: Mutex<HashMap<String, Used>>,
}

#[derive(Debug)]
struct Used {
    runs: Bucket,
    /// Seconds.
    cpu: Bucket,
    stored: Option<(u64, Instant)>,
}

/// What is left for now: fills up to a minute's worth in a minute, and may be overdrawn.
#[derive(Debug)]
struct Bucket {
    per_minute: f64,
    left: f64,
    at: Instant,
}

impl Bucket {
    fn full(per_minute: u64, at: Instant) -> Self {
        let per_minute = per_minute as f64;
        Self { per_minute, left: per_minute, at }
    }

    fn left(&mut self, now: Instant) -> f64 {
        let part = now.duration_since(self.at).as_secs_f64() / MINUTE.as_secs_f64();
        self.left = (self.left + self.per_minute * part).min(self.per_minute);
        self.at = now;
        self.left
    }

    /// How long until there is so much; whole seconds, because that is what clients are told in.
    fn wait(&self, wanted: f64) -> Duration {
        let missing = (wanted - self.left).max(0.0);
        Duration::from_secs((missing / self.per_minute * MINUTE.as_secs_f64()).ceil() as u64)
    }
}

impl Meter {
    pub fn new(quotas: Option<Quotas>) -> Self {
        Self { quotas, tenants: Mutex::default() }
    }

    /// Counts a run that is about to be admitted.
    ///
    /// # Errors
    /// [`SubmitError::Quota`] with the time after which there is room again; nothing is counted then.
    pub fn begin(&self, tenant: &str) -> Result<(), SubmitError> {
        let Some(quotas) = &self.quotas else { return Ok(()) };
        let mut tenants = self.lock();
        let used = used(&mut tenants, tenant, quotas);
        let now = Instant::now();
        if used.cpu.left(now) <= 0.0 {
            return Err(SubmitError::Quota {
                quota: "quotas.cpu_secs_per_minute",
                limit: quotas.cpu_secs_per_minute,
                wait: used.cpu.wait(0.0).max(Duration::from_secs(1)),
            });
        }
        if used.runs.left(now) < 1.0 {
            return Err(SubmitError::Quota {
                quota: "quotas.runs_per_minute",
                limit: quotas.runs_per_minute,
                wait: used.runs.wait(1.0).max(Duration::from_secs(1)),
            });
        }
        used.runs.left -= 1.0;
        Ok(())
    }

    /// Charges what a run has used.
    pub fn charge(&self, tenant: &str, cpu: Duration) {
        let Some(quotas) = &self.quotas else { return };
        let mut tenants = self.lock();
        let used = used(&mut tenants, tenant, quotas);
        used.cpu.left(Instant::now());
        used.cpu.left -= cpu.as_secs_f64();
    }

    /// Whether what is stored of a tenant has to be counted again before it is judged.
    pub fn wants_count(&self, tenant: &str) -> bool {
        let Some(quotas) = &self.quotas else { return false };
        let mut tenants = self.lock();
        let stored = used(&mut tenants, tenant, quotas).stored;
        stored.is_none_or(|(_, at)| at.elapsed() >= STORED_FOR)
    }

    /// What is stored of a tenant.
    pub fn counted(&self, tenant: &str, bytes: u64) {
        let Some(quotas) = &self.quotas else { return };
        used(&mut self.lock(), tenant, quotas).stored = Some((bytes, Instant::now()));
    }

    /// Judges what was counted.
    ///
    /// # Errors
    /// [`SubmitError::StoredQuota`]
    pub fn stored(&self, tenant: &str) -> Result<(), SubmitError> {
        let Some(quotas) = &self.quotas else { return Ok(()) };
        let stored = used(&mut self.lock(), tenant, quotas).stored.map_or(0, |(bytes, _)| bytes);
        let limit = quotas.stored_bytes;
        if stored > limit { Err(SubmitError::StoredQuota { stored, limit }) } else { Ok(()) }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Used>> {
        self.tenants.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn used<'t>(tenants: &'t mut HashMap<String, Used>, tenant: &str, quotas: &Quotas) -> &'t mut Used {
    let now = Instant::now();
    if tenants.len() >= TENANTS_MAX && !tenants.contains_key(tenant) {
        tenants.retain(|_, used| {
            let owes = used.cpu.left(now) < used.cpu.per_minute;
            owes || used.runs.left(now) < used.runs.per_minute
        });
    }
    tenants.entry(tenant.to_owned()).or_insert_with(|| Used {
        runs: Bucket::full(quotas.runs_per_minute, now),
        cpu: Bucket::full(quotas.cpu_secs_per_minute, now),
        stored: None,
    })
}

#[cfg(test)]
mod tests;
