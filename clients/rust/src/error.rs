//! What goes wrong with a request, and the answers of operations that are written by hand.

use crate::types::ProblemBody;
use progenitor_client::ResponseValue;
use reqwest::Response;
use serde::de::DeserializeOwned;

/// Why an operation did not succeed. `ErrorResponse` holds what the server says (RFC 9457).
pub type Error = progenitor_client::Error<ProblemBody>;

/// The value of an answer that succeeded, or what the server says of the failure.
pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Error> {
    match response.status().as_u16() {
        200..=299 => Ok(ResponseValue::<T>::from_response(response).await?.into_inner()),
        400..=599 => Err(refused(response).await),
        _ => Err(Error::UnexpectedResponse(response)),
    }
}

/// The error of an answer that is a refusal.
pub(crate) async fn refused(response: Response) -> Error {
    match ResponseValue::from_response::<ProblemBody>(response).await {
        Ok(problem) => Error::ErrorResponse(problem),
        Err(error) => error,
    }
}

/// An error in one line for people: what the server says, or why it could not be asked.
pub fn describe(error: &Error) -> String {
    match error {
        Error::ErrorResponse(problem) => {
            let request = problem.headers().get("x-request-id").and_then(|id| id.to_str().ok());
            let request = request.map(|id| format!(" (request {id})")).unwrap_or_default();
            format!("{}: {}{request}", problem.code, problem.detail)
        }
        Error::CommunicationError(error) | Error::ResponseBodyError(error) => causes(error),
        Error::InvalidResponsePayload(..) => {
            "the answer is not of mcp-v8: is the URL that of its REST interface?".to_owned()
        }
        Error::UnexpectedResponse(response) => {
            format!("an answer that mcp-v8 does not give: {}", response.status())
        }
        Error::InvalidUpgrade(error) => causes(error),
        Error::InvalidRequest(text) | Error::Custom(text) => text.clone(),
    }
}

/// An error and everything that caused it. Those of HTTP say little by themselves.
fn causes(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
