//! Random histories of sessions, tags, pins and half-finished collections, compared with a naive model: a collection
//! takes exactly what nothing keeps, and never a head, a tagged or a pinned heap.

use crate::{states::*, support::*};
use mcp_v8_sandbox::{HeapId, SessionName};
use mcp_v8_storage::{Claim, HeapQuery, HeapRetention, Location, Pin, Store};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use std::collections::{BTreeMap, BTreeSet};

const HEAPS: u32 = 12;

#[derive(Clone, Debug)]
enum Act {
    Advance {
        session: u8,
        heap: u32,
    },
    Register {
        heap: u32,
    },
    Tag {
        heap: u32,
    },
    Untag {
        heap: u32,
    },
    Delete {
        session: u8,
    },
    Pin {
        heap: u32,
    },
    Unpin,
    /// With at most so many runs per session; gives up after the claims, or goes to the end.
    Collect {
        keep: u64,
        gives_up: bool,
    },
    /// Down to so many bytes.
    Squeeze {
        bytes: u64,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let heap = 0..HEAPS;
    prop_oneof![
        8 => (0..3u8, heap.clone()).prop_map(|(session, heap)| Act::Advance { session, heap }),
        2 => heap.clone().prop_map(|heap| Act::Register { heap }),
        2 => heap.clone().prop_map(|heap| Act::Tag { heap }),
        2 => heap.clone().prop_map(|heap| Act::Untag { heap }),
        1 => (0..3u8).prop_map(|session| Act::Delete { session }),
        1 => heap.prop_map(|heap| Act::Pin { heap }),
        1 => Just(Act::Unpin),
        3 => (1..5u64, any::<bool>()).prop_map(|(keep, gives_up)| Act::Collect { keep, gives_up }),
        1 => (0..8u64).prop_map(|count| Act::Squeeze { bytes: count * 100 }),
    ]
}

/// What should be there.
#[derive(Default)]
struct Model {
    /// Heaps that can be resumed.
    stored: BTreeSet<HeapId>,
    /// Registered on their own since they were last made.
    loose: BTreeSet<HeapId>,
    tagged: BTreeSet<HeapId>,
    /// Heaps of each session, oldest first; whether it still keeps that heap.
    sessions: BTreeMap<SessionName, Vec<(HeapId, bool)>>,
    /// Marked, and not yet removed.
    deleting: BTreeSet<HeapId>,
}

impl Model {
    fn heads(&self) -> BTreeSet<HeapId> {
        self.sessions.values().filter_map(|runs| runs.last()).map(|(heap, _)| *heap).collect()
    }

    fn save(&mut self, heap: HeapId, loose: bool) {
        if self.stored.insert(heap) {
            self.deleting.remove(&heap);
            self.loose.remove(&heap);
        }
        if loose {
            self.loose.insert(heap);
        }
    }

    fn trim(&mut self, keep: usize) {
        for runs in self.sessions.values_mut() {
            runs.drain(..runs.len().saturating_sub(keep));
        }
    }

    fn kept(&self) -> BTreeSet<HeapId> {
        let in_history = self.sessions.values().flatten().filter(|(_, keeps)| *keeps);
        let mut kept: BTreeSet<_> = in_history.map(|(heap, _)| *heap).collect();
        kept.extend(self.heads());
        kept.extend(&self.tagged);
        kept.extend(&self.loose);
        kept
    }

    /// Rows that are gone keep no history, even when the same state is saved again.
    fn removed(&mut self, gone: &BTreeSet<HeapId>) {
        for (heap, keeps) in self.sessions.values_mut().flatten() {
            *keeps &= !gone.contains(heap);
        }
        self.deleting.retain(|heap| !gone.contains(heap));
        self.loose.retain(|heap| !gone.contains(heap));
    }
}

struct World {
    store: Store,
    model: Model,
    pins: Vec<Pin>,
    collected: usize,
}

impl World {
    async fn act(&mut self, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Advance { session: number, heap } => {
                let name = session(&format!("s{number}"));
                go(&self.store, &name, heap_id(heap)).await;
                self.model.save(heap_id(heap), false);
                self.model.sessions.entry(name).or_default().push((heap_id(heap), true));
            }
            Act::Register { heap } => {
                register(&self.store, TENANT, heap_id(heap), new_heap(None)).await;
                self.model.save(heap_id(heap), true);
            }
            Act::Tag { heap } => {
                let set = self.store.set_tags(TENANT, heap_id(heap), tags(&[("a", "b")])).await;
                let known = self.model.stored.contains(&heap_id(heap));
                prop_assert_eq!(set.expect("good tags"), known);
                if known {
                    self.model.tagged.insert(heap_id(heap));
                }
            }
            Act::Untag { heap } => {
                self.store.delete_tags(TENANT, heap_id(heap), None).await.expect("no error");
                self.model.tagged.remove(&heap_id(heap));
            }
            Act::Delete { session: number } => {
                let name = session(&format!("s{number}"));
                let deleted = self.store.delete_session(TENANT, &name).await.expect("no error");
                prop_assert_eq!(deleted, self.model.sessions.remove(&name).is_some());
            }
            Act::Pin { heap } => self.pins.push(self.store.pin(TENANT, heap_id(heap)).await),
            Act::Unpin => drop(self.pins.pop()),
            Act::Collect { keep, gives_up } => self.collect(keep, gives_up).await?,
            Act::Squeeze { bytes } => self.squeeze(bytes).await?,
        }
        self.check().await
    }

    fn pinned(&self) -> BTreeSet<HeapId> {
        self.pins.iter().map(Pin::id).collect()
    }

    async fn collect(&mut self, keep: u64, gives_up: bool) -> Result<(), TestCaseError> {
        self.model.trim(keep as usize);
        let kept = self.model.kept();
        let pinned = self.pinned();
        let goes: BTreeSet<_> = self
            .model
            .stored
            .difference(&kept)
            .chain(&self.model.deleting)
            .filter(|heap| !pinned.contains(heap))
            .copied()
            .collect();
        let retention = HeapRetention { max_heaps_per_session: keep, ..keep_all() };
        let claims = claim(&self.store, &retention).await;
        let claimed: BTreeSet<_> = claims.iter().map(Claim::id).collect();
        prop_assert_eq!(&claimed, &goes);
        self.take(claims, claimed, gives_up).await;
        Ok(())
    }

    async fn squeeze(&mut self, bytes: u64) -> Result<(), TestCaseError> {
        let claims =
            claim(&self.store, &HeapRetention { max_bytes_total: bytes, ..keep_all() }).await;
        let claimed: BTreeSet<_> = claims.iter().map(Claim::id).collect();
        let mut never = self.model.heads();
        never.extend(&self.model.tagged);
        never.extend(self.pinned());
        prop_assert!(claimed.is_disjoint(&never), "{claimed:?} of {never:?}");
        let left = self.model.stored.difference(&claimed).count() as u64 * 100;
        let can_go = self.model.stored.iter().filter(|heap| !never.contains(heap));
        prop_assert!(left <= bytes || can_go.copied().collect::<BTreeSet<_>>().is_subset(&claimed));
        self.take(claims, claimed, false).await;
        Ok(())
    }

    async fn take(&mut self, claims: Vec<Claim>, claimed: BTreeSet<HeapId>, gives_up: bool) {
        self.model.stored.retain(|heap| !claimed.contains(heap));
        if gives_up {
            self.model.deleting.extend(claimed);
        } else {
            self.collected += claims.len();
            self.store.collected(claims).await.expect("the database works");
            self.model.removed(&claimed);
        }
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let query = HeapQuery { limit: 1000, after: None };
        let heaps = self.store.heaps(TENANT, query).await.expect("a good query").heaps;
        let stored: BTreeSet<_> = heaps.iter().map(|heap| heap.id).collect();
        prop_assert_eq!(&stored, &self.model.stored);
        prop_assert!(self.model.heads().is_subset(&stored));
        prop_assert!(self.model.tagged.is_subset(&stored));
        let bytes = self.store.heap_bytes().await.expect("no error");
        prop_assert_eq!(bytes, stored.len() as u64 * 100);
        Ok(())
    }
}

#[test]
fn a_collection_takes_exactly_what_nothing_keeps() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O");
    let collected = std::cell::Cell::new(0);
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() };
    TestRunner::new(config)
        .run(&vec(act(), 1..60), |acts| {
            let store = Store::open(&Location::Memory).expect("memory is always there");
            let model = Model::default();
            let mut world = World { store, model, pins: Vec::new(), collected: 0 };
            let result = runtime.block_on(async {
                for act in acts {
                    world.act(act).await?;
                }
                Ok(())
            });
            collected.set(collected.get() + world.collected);
            result
        })
        .expect("the rules hold");
    assert!(collected.get() > 100, "only {} heaps were collected in all", collected.get());
}
