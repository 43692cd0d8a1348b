//! The paging rules, one by one. That they hold for any text is in `properties`.

use crate::support::*;
use mcp_v8_storage::{OutputPage, Status, Store};

everywhere!(
    control_characters_come_back_as_they_were,
    lines_count_from_one_and_keep_their_line_feeds,
    a_last_line_without_line_feed_counts,
    a_byte_page_ends_before_a_character_it_would_cut,
    a_limit_smaller_than_a_character_still_makes_progress,
    a_client_that_adds_its_limit_to_its_offset_misses_nothing,
    an_offset_beyond_the_end_gives_an_empty_page,
    an_execution_that_printed_nothing_has_one_empty_page,
    an_open_line_of_a_running_execution_is_held_back_from_line_pages,
    a_long_line_over_many_chunks_is_one_line,
    a_page_deep_in_a_long_output_is_found,
);

type Place = ((u64, u64, u64), (u64, u64, u64));

/// ((start, end, next) of the lines, the same of the bytes).
fn place(page: &OutputPage) -> Place {
    (
        (page.start_line, page.end_line, page.next_line_offset),
        (page.start_byte, page.end_byte, page.next_byte_offset),
    )
}

async fn control_characters_come_back_as_they_were(store: Store) {
    let text = "\u{0}a\u{2028}b\u{2029}\u{1b}[31mred\u{1b}[0m\r\n\u{feff}\u{0}\u{0}";
    let id = finished(&store, text).await;
    assert_eq!(all_output(&store, id).await, text);
    let page = page(&store, id, lines(1, 1)).await;
    assert_eq!(page.data, "\u{0}a\u{2028}b\u{2029}\u{1b}[31mred\u{1b}[0m\r\n");
    assert_eq!(page.total_lines, 2, "only a line feed ends a line");
}

async fn lines_count_from_one_and_keep_their_line_feeds(store: Store) {
    let id = finished(&store, "one\ntwo\n\nfour\n").await;
    let second = page(&store, id, lines(2, 2)).await;
    assert_eq!(second.data, "two\n\n");
    assert_eq!(place(&second), ((2, 3, 4), (4, 9, 9)));
    assert_eq!((second.total_lines, second.total_bytes, second.has_more), (4, 14, true));
    let from_zero = page(&store, id, lines(0, 1)).await;
    assert_eq!(from_zero, page(&store, id, lines(1, 1)).await);
    let last = page(&store, id, lines(4, 9)).await;
    assert_eq!((last.data.as_str(), last.has_more), ("four\n", false));
    assert_eq!(place(&last), ((4, 4, 5), (9, 14, 14)));
}

async fn a_last_line_without_line_feed_counts(store: Store) {
    let id = finished(&store, "one\ntwo").await;
    let page = page(&store, id, lines(2, 1)).await;
    assert_eq!((page.data.as_str(), page.total_lines, page.has_more), ("two", 2, false));
    assert_eq!(place(&page), ((2, 2, 3), (4, 7, 7)));
}

async fn a_byte_page_ends_before_a_character_it_would_cut(store: Store) {
    let id = finished(&store, "a漢b\n😀").await;
    for (limit, data) in [(1, "a"), (2, "a"), (3, "a"), (4, "a漢"), (8, "a漢b\n"), (10, "a漢b\n😀")]
    {
        assert_eq!(page(&store, id, bytes(0, limit)).await.data, data, "limit {limit}");
    }
    let inside = page(&store, id, bytes(2, 3)).await;
    assert_eq!(inside.data, "漢b", "a start inside a character moves down");
    assert_eq!(place(&inside), ((1, 1, 1), (1, 5, 5)));
}

async fn a_limit_smaller_than_a_character_still_makes_progress(store: Store) {
    let id = finished(&store, "漢😀").await;
    for limit in 0..3 {
        let first = page(&store, id, bytes(0, limit)).await;
        assert_eq!((first.data.as_str(), first.next_byte_offset), ("漢", 3));
        let second = page(&store, id, bytes(3, limit)).await;
        assert_eq!((second.data.as_str(), second.has_more), ("😀", false));
    }
}

async fn a_client_that_adds_its_limit_to_its_offset_misses_nothing(store: Store) {
    let text = "a漢😀é\n".repeat(100);
    let id = finished(&store, &text).await;
    let mut joined = String::new();
    for offset in (0..text.len() as u64).step_by(7) {
        joined.push_str(&page(&store, id, bytes(offset, 7)).await.data);
    }
    assert_eq!(joined, text);
}

async fn an_offset_beyond_the_end_gives_an_empty_page(store: Store) {
    for (text, last) in [("one\ntwo\n", 3), ("one\ntwo!", 3)] {
        let id = finished(&store, text).await;
        for request in [bytes(8, 5), bytes(u64::MAX, u64::MAX), lines(3, 5), lines(u64::MAX, 1)] {
            let page = page(&store, id, request).await;
            assert_eq!((page.data.as_str(), page.has_more, page.total_lines), ("", false, 2));
            assert_eq!(place(&page), ((last, last - 1, last), (8, 8, 8)), "{request:?}");
        }
    }
}

async fn an_execution_that_printed_nothing_has_one_empty_page(store: Store) {
    let id = finished(&store, "").await;
    for request in [bytes(0, 100), lines(1, 100), lines(0, 0)] {
        let page = page(&store, id, request).await;
        assert_eq!((page.data.as_str(), page.has_more, page.total_lines), ("", false, 0));
        assert_eq!(place(&page), ((1, 0, 1), (0, 0, 0)));
    }
}

async fn an_open_line_of_a_running_execution_is_held_back_from_line_pages(store: Store) {
    let id = running(&store).await;
    store.append_output(id, "one\nhal".to_owned());
    printed(&store, id, 7).await;
    let first = page(&store, id, lines(1, 9)).await;
    assert_eq!((first.data.as_str(), first.has_more), ("one\n", false));
    assert_eq!((first.next_line_offset, first.status), (2, Status::Running));
    assert_eq!(page(&store, id, lines(2, 9)).await.data, "");
    assert_eq!(page(&store, id, bytes(4, 9)).await.data, "hal", "byte pages give all there is");
    store.append_output(id, "f\nend".to_owned());
    store.finished(id, completed()).await.expect("it is running");
    let rest = page(&store, id, lines(first.next_line_offset, 9)).await;
    assert_eq!((rest.data.as_str(), rest.start_line, rest.end_line), ("half\nend", 2, 3));
}

async fn a_long_line_over_many_chunks_is_one_line(store: Store) {
    let long = "漢".repeat(100_000);
    let id = finished(&store, &format!("{long}\nend")).await;
    let first = page(&store, id, lines(1, 1)).await;
    assert!(first.data == format!("{long}\n"));
    assert_eq!(place(&first), ((1, 1, 2), (0, 300_001, 300_001)));
    assert_eq!(page(&store, id, lines(2, 1)).await.data, "end");
}

async fn a_page_deep_in_a_long_output_is_found(store: Store) {
    let id = running(&store).await;
    let text: String = (1..=100_000).map(|number| format!("{number}\n")).collect();
    for piece in text.as_bytes().chunks(10_007) {
        store.append_output(id, String::from_utf8(piece.to_vec()).expect("digits"));
    }
    store.finished(id, completed()).await.expect("it is running");
    let deep = page(&store, id, lines(99_998, 2)).await;
    assert_eq!((deep.data.as_str(), deep.total_lines), ("99998\n99999\n", 100_000));
    let by_bytes = page(&store, id, bytes(deep.start_byte, 6)).await;
    assert_eq!((by_bytes.data.as_str(), by_bytes.start_line), ("99998\n", 99_998));
}
