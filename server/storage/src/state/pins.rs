//! Who uses which heap just now, in memory: savers and resumers share an id, a collector has it alone. Not durable:
//! it goes with the process, as they do.

use mcp_v8_sandbox::HeapId;
use std::{
    collections::{HashMap, hash_map::Entry},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

type Key = (String, HeapId);

#[derive(Debug, Default)]
pub(crate) struct Pins {
    holds: Mutex<HashMap<Key, Hold>>,
    released: Notify,
}

#[derive(Debug)]
enum Hold {
    /// By so many pins.
    Shared(usize),
    Claimed,
}

/// Keeps a heap from being collected, or being saved while it is deleted, as long as it lives.
#[derive(Debug)]
pub struct Pin {
    pins: Arc<Pins>,
    key: Key,
}

/// A heap that nobody uses and nobody can begin to use while this lives. What it is for: deleting its blob.
#[derive(Debug)]
pub struct Claim {
    pins: Arc<Pins>,
    key: Key,
}

impl Pins {
    /// Shares the id with other pins; waits while it is claimed, which is as long as its blob takes to be deleted.
    pub async fn pin(self: &Arc<Self>, tenant: &str, id: HeapId) -> Pin {
        let key = (tenant.to_owned(), id);
        loop {
            // Registered before looking, so that a release in between is not missed.
            let mut released = pin!(self.released.notified());
            released.as_mut().enable();
            if self.share(&key) {
                return Pin { pins: Arc::clone(self), key };
            }
            released.await;
        }
    }

    /// The id alone; `None` when anybody has it.
    pub fn claim(self: &Arc<Self>, tenant: &str, id: HeapId) -> Option<Claim> {
        let key = (tenant.to_owned(), id);
        match self.holds().entry(key.clone()) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(entry) => entry.insert(Hold::Claimed),
        };
        Some(Claim { pins: Arc::clone(self), key })
    }

    fn share(&self, key: &Key) -> bool {
        match self.holds().entry(key.clone()).or_insert(Hold::Shared(0)) {
            Hold::Shared(count) => {
                *count += 1;
                true
            }
            Hold::Claimed => false,
        }
    }

    fn release(&self, key: &Key) {
        let mut holds = self.holds();
        match holds.get_mut(key) {
            Some(Hold::Shared(count)) if *count > 1 => *count -= 1,
            Some(Hold::Shared(_) | Hold::Claimed) => drop(holds.remove(key)),
            None => {}
        }
        drop(holds);
        self.released.notify_waiters();
    }

    fn holds(&self) -> MutexGuard<'_, HashMap<Key, Hold>> {
        // Every change of the map is a single step, so a panic elsewhere leaves it whole.
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pin {
    pub fn tenant(&self) -> &str {
        &self.key.0
    }

    pub fn id(&self) -> HeapId {
        self.key.1
    }
}

impl Claim {
    pub fn tenant(&self) -> &str {
        &self.key.0
    }

    pub fn id(&self) -> HeapId {
        self.key.1
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.pins.release(&self.key);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.pins.release(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;

    const ID: HeapId = HeapId([7; 32]);

    #[tokio::test]
    async fn pins_share_and_keep_a_claim_away() {
        let pins = Arc::new(Pins::default());
        let (one, two) = (pins.pin("a", ID).await, pins.pin("a", ID).await);
        assert!(pins.claim("a", ID).is_none());
        assert!(pins.claim("b", ID).is_some(), "of another tenant it is another heap");
        drop(one);
        assert!(pins.claim("a", ID).is_none());
        drop(two);
        assert!(pins.claim("a", ID).is_some());
        assert!(pins.holds().is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_pin_waits_for_a_claim_to_end() {
        let pins = Arc::new(Pins::default());
        let claim = pins.claim("a", ID).expect("nobody has it");
        let mut waiting = pin!(pins.pin("a", ID));
        let polled = std::future::poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        drop(claim);
        assert_eq!(waiting.await.id(), ID);
    }
}
