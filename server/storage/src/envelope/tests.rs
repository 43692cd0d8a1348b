//! Envelopes that only a holder of the keys could make: they are not believed blindly either. What anybody can make is
//! tested from outside.

use super::{header::Header, *};
use crate::keyring;
use mcp_v8_sandbox::CheckpointKind;

const LIMIT: u64 = 1 << 20;

fn parts() -> Parts {
    let engine = Engine { hash: [7; 32], v8: "15.0".to_owned() };
    Parts {
        keys: Keyring::ephemeral().expect("random bytes"),
        engine,
        encrypt: false,
        bytes_max: LIMIT,
    }
}

fn header(parts: &Parts, values: u64, heap: Option<u64>) -> Header {
    Header {
        kind: CheckpointKind::Heap,
        encrypted: false,
        key: parts.keys.first().name,
        id: HeapId([1; 32]),
        parent: None,
        engine: parts.engine.clone(),
        salt: [0; 32],
        created: Timestamp(0),
        values,
        heap,
        tenant: "t".to_owned(),
    }
}

/// A header, a payload and a good MAC.
fn signed(parts: &Parts, header: &Header, payload: &[u8]) -> Bytes {
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    header::set_payload(&mut bytes, payload.len());
    let mac = mac(parts.keys.first(), &bytes);
    bytes.extend_from_slice(mac.as_bytes());
    bytes.into()
}

fn open_it(parts: &Parts, header: &Header, payload: &[u8]) -> Result<Opened, EnvelopeError> {
    open::open(parts, "t", HeapId([1; 32]), signed(parts, header, payload))
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("it can be compressed")
}

#[test]
fn a_declared_size_beyond_the_limit_is_refused_before_anything_is_allocated() {
    let parts = parts();
    for (values, heap) in [(1 << 40, None), (LIMIT, Some(1)), (u64::MAX, Some(u64::MAX))] {
        let opened = open_it(&parts, &header(&parts, values, heap), &compressed(b"small"));
        assert!(matches!(opened, Err(EnvelopeError::TooLarge { limit: LIMIT, .. })), "{opened:?}");
    }
}

#[test]
fn a_payload_that_is_not_exactly_what_its_header_says_is_refused() {
    let parts = parts();
    let bomb = compressed(&vec![0; 64 << 20]);
    assert!(bomb.len() < 10_000, "it is a bomb");
    let twice = [compressed(b"abcde"), compressed(b"more")].concat();
    let behind = [&compressed(b"abcde")[..], b"x"].concat();
    for (values, heap, payload) in [
        (5, None, bomb.clone()),
        (LIMIT, None, bomb),
        (3, Some(1), compressed(b"abcde")),
        (3, Some(3), compressed(b"abcde")),
        (6, None, compressed(b"abcde")),
        (5, None, twice),
        (5, None, behind),
        (5, None, b"no zstd at all".to_vec()),
        (0, None, Vec::new()),
    ] {
        let opened = open_it(&parts, &header(&parts, values, heap), &payload);
        let refused = matches!(opened, Err(EnvelopeError::Untrusted { why: Why::Content }));
        assert!(refused, "{values} {heap:?}: {opened:?}");
    }
    let opened = open_it(&parts, &header(&parts, 3, Some(2)), &compressed(b"abcde")).expect("good");
    assert_eq!(
        (opened.checkpoint.values, opened.checkpoint.heap),
        (b"abc".into(), Some(b"de".into()))
    );
}

#[test]
fn a_header_of_any_length_has_its_payload_where_it_says() {
    let parts = parts();
    for (tenant, v8) in [("", ""), ("t", "15"), (&*"ä".repeat(512), &*"9".repeat(64))] {
        let engine = Engine { hash: [3; 32], v8: v8.to_owned() };
        let header = Header {
            tenant: tenant.to_owned(),
            engine,
            parent: Some(HeapId([8; 32])),
            ..header(&parts, 5, None)
        };
        let bytes = signed(&parts, &header, b"payload");
        let (read, payload) = Header::read(&bytes).expect("it is whole");
        assert_eq!((read.engine.v8.as_str(), &bytes[payload]), (v8, &b"payload"[..]));
        assert_eq!(read, header);
        assert!(bytes.len() as u64 <= header::BYTES_MAX + 7);
    }
}

#[test]
fn a_v8_version_that_is_too_long_is_cut_between_characters() {
    let parts = parts();
    let engine = Engine { hash: [3; 32], v8: "ä".repeat(60) };
    let bytes = signed(&parts, &Header { engine, ..header(&parts, 5, None) }, b"");
    assert_eq!(Header::read(&bytes).expect("it is whole").0.engine.v8, "ä".repeat(32));
}

#[test]
fn an_encrypted_payload_that_is_moved_under_another_salt_is_refused() {
    let parts = Parts { encrypt: true, ..parts() };
    let key = parts.keys.first();
    let salt = *keyring::random().expect("random bytes");
    let mut payload = compressed(b"abcde");
    cipher::encrypt(key, &salt, &mut payload, 0).expect("it can be encrypted");
    let header = Header { encrypted: true, salt, ..header(&parts, 5, None) };
    assert_eq!(open_it(&parts, &header, &payload).expect("good").checkpoint.values, b"abcde");
    let moved = Header { salt: [9; 32], ..header };
    let opened = open_it(&parts, &moved, &payload);
    assert!(matches!(opened, Err(EnvelopeError::Untrusted { why: Why::Content })), "{opened:?}");
}
