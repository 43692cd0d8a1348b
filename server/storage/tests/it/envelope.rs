//! What an envelope keeps, and what it says about it.

use crate::sealed::*;
use mcp_v8_sandbox::{Checkpoint, Code, HeapId};
use mcp_v8_storage::{
    BlobKey, EngineMatch, EngineMismatch, EnvelopeError, Envelopes, Keyring, TENANT_BYTES_MAX,
    Timestamp, Why,
};
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

fn checkpoint() -> impl Strategy<Value = Checkpoint> {
    let bytes = || vec(any::<u8>(), 0..2_000);
    prop_oneof![
        bytes().prop_map(values),
        (bytes(), bytes()).prop_map(|(portable, snapshot)| heap(portable, snapshot)),
        bytes().prop_map(|portable| Checkpoint { heap: None, ..heap(portable, []) }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_was_sealed_is_opened(
        checkpoint in checkpoint(),
        tenant in ".{0,40}",
        parent in any::<Option<[u8; 32]>>(),
        created in any::<i64>(),
        encrypt in any::<bool>(),
    ) {
        let (parent, created) = (parent.map(HeapId), Timestamp(created));
        let keys = Keyring::ephemeral().expect("random bytes");
        let envelopes = Envelopes::new(keys, engine(1), encrypt, LIMIT);
        let sealed = envelopes.seal(&tenant, &checkpoint, parent, created).expect("it is small");
        prop_assert!(sealed.bytes.len() as u64 <= envelopes.envelope_bytes_max());
        prop_assert!(envelopes.is_current(&BlobKey::new(&tenant, sealed.id), &sealed.bytes));
        let opened = envelopes.open(&tenant, sealed.id, sealed.bytes).expect("it is ours");
        prop_assert_eq!(opened.checkpoint, checkpoint);
        prop_assert_eq!((opened.engine, opened.parent, opened.created), (EngineMatch::Same, parent, created));
    }
}

#[test]
fn equal_states_of_a_tenant_have_one_id_and_two_tenants_never_share_one() {
    let envelopes = envelopes();
    let state = values("state");
    let first = seal(&envelopes, "a", &state);
    let later =
        envelopes.seal("a", &state, Some(first.id), Timestamp(2_000)).expect("it can be sealed");
    assert_eq!(first.id, later.id);
    assert_ne!(first.id, seal(&envelopes, "b", &state).id);
    assert_ne!(first.id, seal(&super::sealed::envelopes(), "a", &state).id, "other keys");
    let others =
        [values("state2"), heap("state", ""), heap("stat", "e"), heap("", "state"), values("")];
    let mut ids: Vec<_> = others.iter().map(|other| seal(&envelopes, "a", other).id).collect();
    ids.push(first.id);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), others.len() + 1, "different states have different ids");
}

#[test]
fn values_open_under_any_engine_with_the_same_id() {
    let keys = Keyring::ephemeral().expect("random bytes");
    let [old, new] =
        [1, 2].map(|number| Envelopes::new(keys.clone(), engine(number), false, LIMIT));
    let sealed = seal(&old, "t", &values("v"));
    assert_eq!(seal(&new, "t", &values("v")).id, sealed.id);
    let opened = new.open("t", sealed.id, sealed.bytes).expect("it is ours");
    assert_eq!((opened.checkpoint, opened.engine), (values("v"), EngineMatch::Same));
}

#[test]
fn a_heap_of_another_engine_yields_its_values_and_says_so() {
    let keys = Keyring::ephemeral().expect("random bytes");
    let [old, new] =
        [1, 2].map(|number| Envelopes::new(keys.clone(), engine(number), false, LIMIT));
    let sealed = seal(&old, "t", &heap("portable", "snapshot"));
    assert_ne!(seal(&new, "t", &heap("portable", "snapshot")).id, sealed.id);
    let opened = new.open("t", sealed.id, sealed.bytes.clone()).expect("it is ours");
    assert_eq!(opened.checkpoint, Checkpoint { heap: None, ..heap("portable", "") });
    let mismatch = EngineMismatch { stored: engine(1), running: engine(2), recoverable: 8 };
    assert_eq!(opened.engine, EngineMatch::Changed(mismatch.clone()));
    assert_eq!(mismatch.code(), Code::ErrorEngineMismatch);
    let text = mismatch.to_string();
    assert!(
        text.contains("15.0.1") && text.contains("15.0.2") && text.contains("8 bytes"),
        "{text}"
    );
    let opened = old.open("t", sealed.id, sealed.bytes).expect("it is ours");
    assert_eq!(opened.checkpoint, heap("portable", "snapshot"));
}

#[test]
fn a_rotation_keeps_ids_and_what_is_stored_and_a_removed_key_ends_both() {
    let dir = TempDir::new().expect("a temporary directory");
    let file = dir.path().join("keys");
    let before = of(key_file(&file, &[1]));
    let sealed = seal(&before, "t", &values("v"));
    let blob = BlobKey::new("t", sealed.id);

    let rotated = of(key_file(&file, &[2, 1]));
    rotated.open("t", sealed.id, sealed.bytes.clone()).expect("the old key is still listed");
    let again = seal(&rotated, "t", &values("v"));
    assert_eq!(again.id, sealed.id);
    assert!(!rotated.is_current(&blob, &sealed.bytes), "what the old key sealed is to be replaced");
    assert!(rotated.is_current(&blob, &again.bytes));

    let retired = of(key_file(&file, &[2]));
    let error = retired.open("t", sealed.id, sealed.bytes).expect_err("nobody vouches for it");
    assert!(matches!(error, EnvelopeError::Untrusted { why: Why::UnknownKey(_) }), "{error}");
    assert_eq!(error.code(), Code::ErrorSnapshotUntrusted);
    retired.open("t", again.id, again.bytes).expect("the new key sealed it");
}

#[test]
fn an_encrypted_state_cannot_be_read_from_its_bytes() {
    let keys = Keyring::ephemeral().expect("random bytes");
    let needle = b"0123456789abcdef the needle";
    let holds = |encrypt| {
        let envelopes = Envelopes::new(keys.clone(), engine(1), encrypt, LIMIT);
        let sealed = seal(&envelopes, "t", &values(needle));
        sealed.bytes.windows(needle.len()).any(|window| window == needle)
    };
    assert!(holds(false), "zstd keeps what does not repeat as it is");
    assert!(!holds(true));
}

#[test]
fn a_state_at_the_limit_is_sealed_and_opened_and_one_byte_more_is_not() {
    let keys = Keyring::ephemeral().expect("random bytes");
    let small = Envelopes::new(keys.clone(), engine(1), false, 1000);
    let at_limit = seal(&small, "t", &heap(noise(1, 600), noise(2, 400)));
    small.open("t", at_limit.id, at_limit.bytes).expect("it is not above the limit");
    let over = heap(noise(1, 600), noise(2, 401));
    let error = small.seal("t", &over, None, Timestamp(0)).expect_err("above the limit");
    assert!(matches!(error, EnvelopeError::TooLarge { bytes: 1001, limit: 1000 }), "{error}");
    assert_eq!(error.code(), Code::LimitSize);
    let sealed = seal(&of(keys), "t", &over);
    let error = small.open("t", sealed.id, sealed.bytes).expect_err("above the limit");
    assert!(matches!(error, EnvelopeError::TooLarge { bytes: 1001, limit: 1000 }), "{error}");
}

#[test]
fn the_worst_case_of_compression_is_within_the_size_of_an_envelope() {
    let keys = Keyring::ephemeral().expect("random bytes");
    for len in [0, 1, 1000, 1 << 17, 1 << 20] {
        let envelopes = Envelopes::new(keys.clone(), engine(1), true, len as u64);
        let tenant = "x".repeat(TENANT_BYTES_MAX);
        let sealed = seal(&envelopes, &tenant, &values(noise(7, len)));
        assert!(sealed.bytes.len() as u64 <= envelopes.envelope_bytes_max(), "{len}");
    }
}

#[test]
fn a_tenant_that_is_too_long_is_refused() {
    let name = "x".repeat(TENANT_BYTES_MAX + 1);
    let error = envelopes().seal(&name, &values(""), None, Timestamp(0)).expect_err("too long");
    assert_eq!(error.code(), Code::ErrorRequest);
}
