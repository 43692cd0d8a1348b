//! Following a run over REST: its output while it is still running, then its end.

use crate::harness::eventually;
use crate::harness::http;
use crate::harness::server::Server;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;

/// An event stream that is read as it comes.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(server: &Server, id: &str, last: Option<&str>) -> Self {
        let mut stream = http::open(&server.address);
        let path = format!("/api/executions/{id}/events");
        let headers: Vec<_> = last.map(|last| ("Last-Event-ID", last)).into_iter().collect();
        http::write(&mut stream, &server.address, "GET", &path, &headers, b"");
        let head = http::head(&mut stream);
        assert!(head.starts_with("http/1.1 200"), "{head}");
        Self(BufReader::new(stream))
    }

    /// Name, id and data of the next event; `None` when the stream is over.
    fn next(&mut self) -> Option<(String, String, Value)> {
        let (mut name, mut id) = (String::new(), String::new());
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("the stream can be read") == 0 {
                return None;
            }
            let text =
                |line: &str, field: &str| Some(line.strip_prefix(field)?.trim_end().to_owned());
            if let Some(text) = text(&line, "event: ") {
                name = text;
            } else if let Some(text) = text(&line, "id: ") {
                id = text;
            } else if let Some(text) = text(&line, "data: ") {
                return Some((name, id, serde_json::from_str(&text).expect("JSON")));
            }
        }
    }
}

fn submit(server: &Server, code: &str) -> String {
    let answer = server.post("/api/exec", &json!({ "code": code, "persist": false })).json();
    answer["execution_id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[test]
fn output_is_there_while_the_run_goes_on_and_the_end_with_its_result() {
    let server = Server::small();
    let id = submit(
        &server,
        "console.log('first é'); await new Promise(done => setTimeout(done, 1500)); console.log('second'); 6 * 7",
    );
    let mut events = Events::open(&server, &id, None);
    let (name, position, data) = events.next().expect("output");
    assert_eq!((name.as_str(), data["data"].as_str()), ("output", Some("first é\n")));
    let running = server.get(&format!("/api/executions/{id}")).json();
    assert_eq!(running["status"], "running", "it came before the end: {running}");
    assert_eq!(events.next().expect("output").2["data"], "second\n");
    let (name, last, end) = events.next().expect("the end");
    assert_eq!((name.as_str(), last.as_str()), ("end", "end"));
    assert_eq!((&end["status"], &end["result"]), (&json!("completed"), &json!(42)), "{end}");
    assert_eq!(events.next(), None);
    // Afterwards, the rest of it; and what is over has no more.
    let mut again = Events::open(&server, &id, Some(&position));
    assert_eq!(again.next().expect("output").2["data"], "second\n");
    assert_eq!(again.next().expect("the end").2["result"], 42);
    let path = format!("/api/executions/{id}/events");
    let over = http::send(&server.address, "GET", &path, &[("Last-Event-ID", "end")], b"");
    assert_eq!(over.status, 204);
}

#[test]
fn the_pieces_of_a_large_output_are_the_output() {
    let server = Server::small();
    let code = "for (let i = 0; i < 9000; i++) console.log(i, 'é€😀 '.repeat(5), '\\r')";
    let id = submit(&server, code);
    let mut events = Events::open(&server, &id, None);
    let (mut all, mut pieces) = (String::new(), 0);
    let end = loop {
        let (name, position, data) = events.next().expect("an event");
        if name == "end" {
            break data;
        }
        pieces += 1;
        assert_eq!(data["start_byte"], all.len(), "no gap and nothing twice");
        all.push_str(data["data"].as_str().expect("text"));
        assert_eq!(position, all.len().to_string());
    };
    assert!(pieces > 1 && all.len() > 500_000, "{pieces} {}", all.len());
    assert_eq!(all, server.output(&end));
}

#[test]
fn whoever_follows_a_run_is_told_how_it_was_stopped() {
    let mut server = Server::small();
    let id = submit(&server, "console.log('x'); for (;;) {}");
    let mut events = Events::open(&server, &id, None);
    assert_eq!(events.next().expect("output").2["data"], "x\n");
    server.post(&format!("/api/executions/{id}/cancel"), &Value::Null);
    assert_eq!(events.next().expect("the end").2["status"], "cancelled");
    assert_eq!(events.next(), None);
    // A client that goes away in the middle leaves nothing behind.
    let id = submit(&server, "await new Promise(done => setTimeout(done, 2500))");
    drop(Events::open(&server, &id, None));
    eventually("it ends", || {
        let run = server.get(&format!("/api/executions/{id}")).json();
        run["completed_at"].is_string().then_some(())
    });
    server.oracle("events");
}
