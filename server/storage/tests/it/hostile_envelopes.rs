//! Bytes that somebody changed, moved or made up: none is opened, none does harm.

use crate::sealed::*;
use bytes::Bytes;
use mcp_v8_sandbox::{Code, HeapId};
use mcp_v8_storage::{EnvelopeError, Envelopes, Keyring, Sealed, Timestamp, Why};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Of both kinds, plain and encrypted, each opening as it is.
fn samples() -> Vec<(Envelopes, Sealed)> {
    let keys = Keyring::ephemeral().expect("random bytes");
    let mut samples = Vec::new();
    for encrypt in [false, true] {
        let envelopes = Envelopes::new(keys.clone(), engine(1), encrypt, LIMIT);
        for state in [values("let x = 1"), heap("let x = 1", noise(1, 40))] {
            let sealed = envelopes
                .seal("tenant", &state, Some(HeapId([5; 32])), Timestamp(1_000))
                .expect("it can be sealed");
            envelopes.open("tenant", sealed.id, sealed.bytes.clone()).expect("it is ours");
            samples.push((envelopes.clone(), sealed));
        }
    }
    samples
}

fn refused(envelopes: &Envelopes, id: HeapId, bytes: impl Into<Bytes>) -> Option<Why> {
    match envelopes.open("tenant", id, bytes.into()) {
        Err(error @ EnvelopeError::Untrusted { .. }) => {
            assert_eq!(error.code(), Code::ErrorSnapshotUntrusted);
            let EnvelopeError::Untrusted { why } = error else { return None };
            Some(why)
        }
        _ => None,
    }
}

#[test]
fn every_flipped_bit_is_refused() {
    for (envelopes, sealed) in samples() {
        for bit in 0..sealed.bytes.len() * 8 {
            let mut bytes = sealed.bytes.to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(&envelopes, sealed.id, bytes).is_some(), "bit {bit}");
        }
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    for (envelopes, sealed) in samples() {
        for len in 0..sealed.bytes.len() {
            let cut = sealed.bytes.slice(..len);
            assert!(refused(&envelopes, sealed.id, cut).is_some(), "the first {len} bytes");
            let tail = sealed.bytes.slice(len + 1..);
            assert!(refused(&envelopes, sealed.id, tail).is_some(), "without the first {len}");
            let longer = [&sealed.bytes[..], &sealed.bytes[len..]].concat();
            assert!(refused(&envelopes, sealed.id, longer).is_some(), "its end twice, from {len}");
        }
    }
}

#[test]
fn an_envelope_of_another_tenant_is_refused() {
    for (envelopes, _) in samples() {
        let theirs = seal(&envelopes, "other", &values("let x = 1"));
        assert_eq!(refused(&envelopes, theirs.id, theirs.bytes.clone()), Some(Why::Tenant));
        envelopes.open("other", theirs.id, theirs.bytes).expect("it is theirs");
    }
}

#[test]
fn an_older_state_in_the_place_of_a_newer_one_and_two_swapped_states_are_refused() {
    for (envelopes, older) in samples() {
        let newer = envelopes
            .seal("tenant", &values("let x = 2"), Some(older.id), Timestamp(2_000))
            .expect("it can be sealed");
        assert_eq!(refused(&envelopes, newer.id, older.bytes.clone()), Some(Why::Id));
        assert_eq!(refused(&envelopes, older.id, newer.bytes.clone()), Some(Why::Id));
        envelopes.open("tenant", newer.id, newer.bytes).expect("it is ours");
    }
}

#[test]
fn parts_of_two_good_envelopes_are_not_a_third() {
    let samples = samples();
    for (envelopes, one) in &samples {
        for (_, other) in samples.iter().filter(|(_, other)| other.bytes != one.bytes) {
            for at in (0..one.bytes.len()).step_by(3) {
                let at_other = at.min(other.bytes.len());
                let joined = [&one.bytes[..at], &other.bytes[at_other..]].concat();
                if joined != one.bytes && joined != other.bytes {
                    assert!(refused(envelopes, one.id, joined.clone()).is_some(), "{at}");
                    assert!(refused(envelopes, other.id, joined).is_some(), "{at}");
                }
            }
        }
    }
}

#[test]
fn a_forger_without_the_key_is_refused_even_when_naming_it() {
    let (ours, forger) = (envelopes(), envelopes());
    let genuine = seal(&ours, "tenant", &values("good"));
    let forged = seal(&forger, "tenant", &values("evil"));
    let why = refused(&ours, forged.id, forged.bytes.clone());
    assert!(matches!(why, Some(Why::UnknownKey(_))), "{why:?}");
    let mut named = forged.bytes.to_vec();
    // Where the name of the key stands: see the header.
    named[12..28].copy_from_slice(&genuine.bytes[12..28]);
    assert_eq!(refused(&ours, forged.id, named), Some(Why::Mac));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_overwritten_range_is_refused(at in any::<Index>(), new in vec(any::<u8>(), 1..40), which in 0..4usize) {
        let (envelopes, sealed) = &FIXED[which];
        let mut bytes = sealed.bytes.to_vec();
        let at = at.index(bytes.len());
        for (byte, new) in bytes[at..].iter_mut().zip(&new) {
            *byte = *new;
        }
        prop_assume!(bytes != sealed.bytes);
        prop_assert!(refused(envelopes, sealed.id, bytes).is_some());
    }

    #[test]
    fn made_up_bytes_are_refused_and_nothing_panics(
        mut bytes in vec(any::<u8>(), 0..600), keep in 0..300usize, which in 0..4usize
    ) {
        let (envelopes, sealed) = &FIXED[which];
        // As if the header were genuine so far.
        let keep = keep.min(bytes.len()).min(sealed.bytes.len());
        bytes[..keep].copy_from_slice(&sealed.bytes[..keep]);
        prop_assume!(bytes != sealed.bytes);
        prop_assert!(refused(envelopes, sealed.id, bytes).is_some());
    }
}

static FIXED: std::sync::LazyLock<Vec<(Envelopes, Sealed)>> = std::sync::LazyLock::new(samples);
