//! HTTP requests of scripts. Bodies of responses are pulled by the script, piece by piece: whoever does not read holds
//! nothing but its own connection up. Bodies of requests come whole, or are pushed as fast as the network takes them.

use serde::{Deserialize, Serialize};

/// Names and values, in order, as bytes: HTTP field values need not be UTF-8 (RFC 9110, section 5.5).
pub type Fields = Vec<(String, Vec<u8>)>;

/// Fetch Standard, `redirect`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Redirect {
    #[default]
    Follow,
    Error,
    Manual,
}

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestBody {
    #[default]
    None,
    Whole(Vec<u8>),
    /// Comes by [`FetchCall::Write`] and ends with [`FetchCall::EndBody`].
    Stream,
}

/// See [`super::HostCall::Fetch`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchCall {
    /// Sends a request; answered with the head of the response, or an error. `request` is the script's number for it,
    /// unique within the run.
    Start {
        request: u32,
        method: String,
        url: String,
        headers: Fields,
        body: RequestBody,
        redirect: Redirect,
    },
    /// The next piece of the request's body. Answered with `Done` when there is room for one more, or an error when the
    /// request is over.
    Write { request: u32, bytes: Vec<u8> },
    /// The request's body is complete.
    EndBody { request: u32 },
    /// The next piece of the response's body, at most `most` bytes, decoded; [`FetchAnswer::End`] after the last one.
    Read { request: u32, most: u32 },
    /// The script is not interested any more: the connection is closed. Answered with `Done`, also for unknown ones.
    Cancel { request: u32 },
}

/// See [`super::HostAnswer::Fetch`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FetchAnswer {
    Head(FetchHead),
    Piece(Vec<u8>),
    End,
}

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchHead {
    pub status: u16,
    pub status_text: String,
    /// The last URL, without fragment.
    pub url: String,
    pub redirected: bool,
    pub headers: Fields,
}
