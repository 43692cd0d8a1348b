//! `GET /api/executions/{id}/output`.

use crate::fake::{Fake, OUTPUT};
use crate::surface::{get, http, surface};
use mcp_v8_executions::PageRequest;
use mcp_v8_sandbox::Principal;
use serde_json::json;

#[tokio::test]
async fn output_is_read_by_lines_or_by_bytes() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    for (query, expected) in [
        ("", PageRequest::Lines { offset: 1, limit: 100 }),
        ("?line_offset=0", PageRequest::Lines { offset: 0, limit: 100 }),
        ("?line_offset=7&line_limit=100000", PageRequest::Lines { offset: 7, limit: 100_000 }),
        ("?byte_offset=0", PageRequest::Bytes { offset: 0, limit: 4096 }),
        ("?byte_limit=3", PageRequest::Bytes { offset: 0, limit: 3 }),
        (
            "?byte_offset=18446744073709551615&byte_limit=4194304",
            PageRequest::Bytes { offset: u64::MAX, limit: 4 << 20 },
        ),
    ] {
        assert_eq!(
            get(&router, &format!("/api/executions/{id}/output{query}")).await.status,
            200,
            "{query}"
        );
        assert_eq!(fake.asked().pages.last(), Some(&expected), "{query}");
    }
}

#[tokio::test]
async fn a_page_says_where_it_lies_and_where_the_next_one_begins() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    let page = get(&router, &format!("/api/executions/{id}/output?byte_offset=0&byte_limit=4"))
        .await
        .json();
    let expected = json!({
        "execution_id": id.to_string(), "data": &OUTPUT[..4], "status": "running", "has_more": true,
        "start_line": 1, "end_line": 2, "next_line_offset": 3, "total_lines": 2,
        "start_byte": 0, "end_byte": 4, "next_byte_offset": 4, "total_bytes": 11,
    });
    assert_eq!(page, expected);
}

#[tokio::test]
async fn offsets_and_limits_out_of_range_are_refused_by_name() {
    let fake = Fake::new();
    let router = surface(&fake, http(&fake));
    let id = fake.add(&Principal::local(), "1");
    for query in [
        "line_offset=-1",
        "line_offset=1.5",
        "line_offset=x",
        "line_offset=18446744073709551616",
        "line_limit=0",
        "line_limit=100001",
        "byte_offset=NaN",
        "byte_offset=",
        "byte_limit=0",
        "byte_limit=4194305",
        "byte_limit=1e3",
        "line_offset=1&line_offset=1",
        "offset=1",
    ] {
        let detail = get(&router, &format!("/api/executions/{id}/output?{query}"))
            .await
            .problem(400, "error.request");
        let name = query.split('=').next().expect("a name");
        assert!(detail.contains(name), "{query}: {detail}");
    }
    let both =
        get(&router, &format!("/api/executions/{id}/output?byte_offset=0&line_offset=1")).await;
    assert!(both.problem(400, "error.request").contains("not both"));
    assert!(fake.asked().pages.is_empty());
}
