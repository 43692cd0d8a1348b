//! A thousand operations on S3, almost a third of their requests harmed: nothing that was confirmed is lost or wrong.

use crate::{blobs::ALL, proxy::*, s3_server::*, sealed::*};
use bytes::Bytes;
use mcp_v8_sandbox::Code;
use mcp_v8_storage::{BlobKey, Blobs, Envelopes};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const OPERATIONS: usize = 1000;
const LANES: usize = 20;
const HARMED_PERCENT: u64 = 30;
const ATTEMPT: Duration = Duration::from_secs(2);

/// What must be true of a blob after what was confirmed and what was not.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    There,
    Gone,
    /// The last change failed: it may have happened.
    Either,
}

/// Numbers that are the same in every run with the same seed.
fn dice(seed: u64, at: u64) -> u64 {
    let bytes = noise(seed << 32 | at, 8);
    u64::from_le_bytes(bytes.try_into().expect("8 bytes"))
}

pub fn fault(seed: u64, number: usize) -> Fault {
    let roll = dice(seed, number as u64);
    if roll % 100 >= HARMED_PERCENT {
        return Fault::None;
    }
    match (roll >> 32) % 20 {
        0..4 => Fault::Refused,
        4..8 => Fault::HalfRequest,
        8..11 => Fault::LostAnswer,
        11..14 => Fault::HalfAnswer,
        14..16 => Fault::Status(500),
        16..19 => Fault::Status(503),
        _ => Fault::Late(ATTEMPT + Duration::from_millis(500)),
    }
}

struct Lane {
    blobs: Blobs,
    held: Vec<(BlobKey, Bytes, Known)>,
    confirmed: usize,
}

impl Lane {
    fn new(blobs: Blobs, envelopes: &Envelopes, number: usize) -> Self {
        let sizes = [100, 3_000, 200_000, if number == 0 { 11 << 20 } else { 1 << 20 }];
        let held = sizes.into_iter().enumerate().map(|(at, size)| {
            let (key, bytes) = blob(envelopes, "t", (number * 10 + at) as u64, size);
            (key, bytes, Known::Gone)
        });
        Self { blobs, held: held.collect(), confirmed: 0 }
    }

    async fn operate(&mut self, roll: u64) {
        let at = (roll >> 8) as usize % self.held.len();
        let (key, bytes, known) = &mut self.held[at];
        let begun = Instant::now();
        let result = match roll % 10 {
            0..4 => {
                let put = self.blobs.put(*key, bytes.clone()).await;
                *known = if put.is_ok() { Known::There } else { Known::Either };
                put
            }
            4 => {
                let deleted = self.blobs.delete(*key).await;
                *known = if deleted.is_ok() { Known::Gone } else { Known::Either };
                deleted
            }
            5..9 => self.blobs.get(*key, ALL).await.map(|found| agrees(*known, found, bytes)),
            _ => self.blobs.exists(*key).await.map(|exists| match known {
                Known::There => assert!(exists, "{key}"),
                Known::Gone => assert!(!exists, "{key}"),
                Known::Either => {}
            }),
        };
        assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
        match result {
            Ok(()) => self.confirmed += 1,
            Err(error) => assert_eq!(error.code(), Code::ErrorStorage, "{error}"),
        }
    }
}

fn agrees(known: Known, found: Option<Bytes>, bytes: &Bytes) {
    match (known, found) {
        (Known::Gone, Some(_)) => panic!("it was deleted and is there"),
        (Known::There, None) => panic!("it was confirmed and is not there"),
        (_, Some(found)) => assert!(found == *bytes, "{} of {} bytes", found.len(), bytes.len()),
        (Known::Gone | Known::Either, None) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_third_of_the_requests_harmed_nothing_confirmed_is_lost_or_wrong() {
    let seed = std::env::var("MCP_V8_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    eprintln!("MCP_V8_SEED={seed}");
    let server = Server::start().await;
    let harmful = Arc::new(AtomicBool::new(true));
    let on = harmful.clone();
    let plan = move |number, _: &str| match on.load(Ordering::Relaxed) {
        true => fault(seed, number),
        false => Fault::None,
    };
    let proxy = Proxy::start(server.address, plan).await;
    let mut options = options(server.dir.path(), proxy.address);
    (options.attempts, options.attempt_timeout) = (4, ATTEMPT);
    let blobs = Blobs::s3(options, None).expect("good credentials");
    let envelopes = Envelopes::new(
        mcp_v8_storage::Keyring::ephemeral().expect("random bytes"),
        engine(1),
        false,
        ALL,
    );

    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..LANES {
        let mut lane = Lane::new(blobs.clone(), &envelopes, number);
        tasks.spawn(async move {
            for at in 0..OPERATIONS / LANES {
                lane.operate(dice(seed + 1, (number << 16 | at) as u64)).await;
            }
            lane
        });
    }
    let lanes = tasks.join_all().await;
    let (requests, harmed) =
        (proxy.requests.load(Ordering::Relaxed), proxy.harmed.load(Ordering::Relaxed));
    let confirmed: usize = lanes.iter().map(|lane| lane.confirmed).sum();
    eprintln!(
        "{OPERATIONS} operations, {confirmed} confirmed, {harmed} of {requests} requests harmed"
    );
    assert!(harmed * 100 >= requests * (HARMED_PERCENT as usize - 4), "the proxy did its work");
    assert!(confirmed * 100 >= OPERATIONS * 80, "retries did theirs");

    harmful.store(false, Ordering::Relaxed);
    for (key, bytes, known) in lanes.iter().flat_map(|lane| &lane.held) {
        let found = blobs.get(*key, ALL).await.expect("the way is clear again");
        agrees(*known, found, bytes);
    }
}
