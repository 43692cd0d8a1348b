//! From errors to answers.

use super::*;
use mcp_v8_storage::StorageError;
use std::sync::Arc;

fn header(response: &Response, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[test]
fn every_code_has_a_status_and_what_the_caller_can_fix_is_a_4xx() {
    for code in Code::ALL {
        let server = matches!(
            code,
            Code::ErrorStorage
                | Code::ErrorWorker
                | Code::UnavailableDraining
                | Code::UnavailableNotLeader
        );
        assert_eq!(status(*code).is_server_error(), server, "{code}");
        assert_eq!(status(*code).is_client_error(), !server, "{code}");
    }
}

#[test]
fn what_passes_says_when_to_come_back_and_what_stays_does_not() {
    for code in Code::ALL {
        let response = Problem::new(*code, "x").into_response();
        let passes = matches!(response.status().as_u16(), 429 | 503);
        assert_eq!(header(&response, header::RETRY_AFTER).is_some(), passes, "{code}");
    }
    let busy = SubmitError::Busy { queued: 1, limit: 1, limit_name: "limits.queued_runs" };
    let response = Problem::from(busy).into_response();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&response, header::RETRY_AFTER), Some("1"));
    let response = Problem::from(SubmitError::Draining).into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(header(&response, header::RETRY_AFTER), Some("5"));
}

#[test]
fn a_defect_of_the_server_tells_the_client_nothing_of_its_inside() {
    let source = Arc::new(std::io::Error::other("/var/lib/mcp-v8/secret"));
    let failed = StorageError::Thread { source };
    for problem in [
        Problem::from(SubmitError::Storage(failed.clone())),
        LookupError::Storage(failed.clone()).into(),
        StateError::Storage(failed).into(),
    ] {
        assert_eq!(
            (problem.status, problem.code),
            (StatusCode::INTERNAL_SERVER_ERROR, Code::ErrorStorage)
        );
        assert!(
            !problem.detail.contains("thread") && !problem.detail.contains("secret"),
            "{}",
            problem.detail
        );
        assert!(problem.detail.contains("X-Request-Id"), "{}", problem.detail);
    }
}

#[test]
fn storage_that_is_closed_already_means_that_the_server_ends() {
    for problem in [
        Problem::from(SubmitError::Storage(StorageError::Closed)),
        LookupError::Storage(StorageError::Closed).into(),
        StateError::from(StorageError::Closed).into(),
    ] {
        assert_eq!(
            (problem.status, problem.code),
            (StatusCode::SERVICE_UNAVAILABLE, Code::UnavailableDraining)
        );
        assert!(problem.retry_after.is_some());
    }
}
