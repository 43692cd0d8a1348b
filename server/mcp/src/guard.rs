//! A panic in a handler must still be an answer: rmcp leaves the request open otherwise, for ever.

use rmcp::ErrorData;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;

/// Runs a handler; a panic becomes JSON-RPC error -32603.
pub async fn caught<T>(
    what: &'static str,
    handler: impl Future<Output = Result<T, ErrorData>>,
) -> Result<T, ErrorData> {
    match AssertUnwindSafe(handler).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!(what, "a handler panicked");
            Err(ErrorData::internal_error(
                "the server failed to answer; this is a defect, see its log",
                None,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::caught;
    use rmcp::ErrorData;

    #[tokio::test]
    async fn a_panic_in_a_handler_is_an_error_answer_and_not_silence() {
        let answer: Result<(), ErrorData> = caught("test", async { panic!("planted") }).await;
        assert_eq!(answer.map_err(|error| error.code.0), Err(-32603));
        assert!(caught("test", async { Ok(1) }).await.is_ok());
    }
}
