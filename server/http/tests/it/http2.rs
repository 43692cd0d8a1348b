//! HTTP/2 with prior knowledge (RFC 9113 section 3.3), as bytes.

use crate::fake::Fake;
use crate::listener::{Listener, within};
use tokio::io::AsyncReadExt as _;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM_AND_HEADERS: u8 = 5;

/// `:status: 200` in HPACK, from the static table (RFC 7541 appendix A).
const STATUS_200: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a small frame").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The first byte of the header block that answers `GET http://<authority>/`.
async fn first_header(listener: &Listener, authority: &str) -> u8 {
    let mut client = listener.connect().await;
    let length = u8::try_from(authority.len()).expect("a short name");
    // GET, http, / from the static table; :authority as a literal that is not indexed.
    let block = [&[0x82, 0x86, 0x84, 0x01, length], authority.as_bytes()].concat();
    let request =
        [PREFACE, &frame(SETTINGS, 0, 0, &[]), &frame(HEADERS, END_STREAM_AND_HEADERS, 1, &block)]
            .concat();
    client.write(request).await;
    let answer = async {
        loop {
            let mut head = [0; 9];
            client.0.read_exact(&mut head).await.expect("a frame");
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            client.0.read_exact(&mut payload).await.expect("a payload");
            if head[3] == HEADERS {
                return payload[0];
            }
        }
    };
    within(answer).await
}

#[tokio::test]
async fn an_http2_request_is_judged_by_its_authority() {
    let fake = Fake::new();
    let listener = Listener::start(&fake, |_| {}).await;
    assert_eq!(first_header(&listener, "localhost:1").await, STATUS_200);
    for foreign in ["attacker.test", "localhost.attacker.test"] {
        assert_ne!(first_header(&listener, foreign).await, STATUS_200, "{foreign}");
    }
}
