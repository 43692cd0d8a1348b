//! Written by mcp-v8-generate from clients/openapi.json (`cargo xtask clients generate`): not by hand. Operations that
//! the generator cannot express are in `exec` and `follow`.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///The bytes of an artifact.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[serde(transparent)]
    pub struct ArtifactBytes(pub ::std::string::String);
    impl ::std::ops::Deref for ArtifactBytes {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<ArtifactBytes> for ::std::string::String {
        fn from(value: ArtifactBytes) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::string::String> for ArtifactBytes {
        fn from(value: ::std::string::String) -> Self {
            Self(value)
        }
    }
    impl ::std::fmt::Display for ArtifactBytes {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            self.0.fmt(f)
        }
    }
    impl ::std::str::FromStr for ArtifactBytes {
        type Err = ::std::convert::Infallible;
        fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
            Ok(Self(value.to_string()))
        }
    }
    ///An artifact without its bytes.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ArtifactInfo {
        ///RFC 3339, UTC.
        pub created_at: ::std::string::String,
        ///The execution that handed it out.
        pub execution_id: ::std::string::String,
        ///Its name in the execution.
        pub key: ::std::string::String,
        ///Media type, as the script said.
        pub mime_type: ::std::string::String,
        ///Bytes.
        pub size_bytes: u64,
    }
    ///A page of artifacts.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ArtifactList {
        ///Newest first.
        pub artifacts: ::std::vec::Vec<ArtifactInfo>,
        ///`before` of the next page; absent on the last one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next: ::std::option::Option<u64>,
    }
    ///An execution that was told to stop.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Cancelled {
        ///Artifacts it has handed out: `/api/artifacts?execution_id=...` lists them.
        pub artifacts: u64,
        ///RFC 3339, UTC; absent until it is over.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub completed_at: ::std::option::Option<::std::string::String>,
        ///Processor time of the run, milliseconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cpu_ms: ::std::option::Option<u64>,
        ///Wall clock of the run, milliseconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration_ms: ::std::option::Option<u64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error: ::std::option::Option<ExecutionError>,
        ///UUID, version 7.
        pub execution_id: ::std::string::String,
        ///Id of the state after the run: a later run starts from it again with heap.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub heap: ::std::option::Option<::std::string::String>,
        ///What the session had and could not keep.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub lost: ::std::vec::Vec<LostBinding>,
        ///Always true: the execution is over, or will be in a moment.
        pub ok: bool,
        ///The beginning of the console output, where the answer carries it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub output: ::std::option::Option<::std::string::String>,
        ///Console output so far, bytes of UTF-8.
        pub output_bytes: u64,
        ///Console output so far, lines.
        pub output_lines: u64,
        ///Value of the last expression: JSON, or its inspected text. Absent when there is none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result: ::std::option::Option<::serde_json::Value>,
        ///json, text or undefined; absent while there is no result.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result_kind: ::std::option::Option<::std::string::String>,
        ///Session whose bindings the run used; absent for a run without one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<::std::string::String>,
        ///RFC 3339, UTC; absent while queued.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub started_at: ::std::option::Option<::std::string::String>,
        ///queued, running, completed, failed, cancelled or timed_out.
        pub status: ::std::string::String,
        ///RFC 3339, UTC.
        pub submitted_at: ::std::string::String,
        ///`output` is not all of it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub truncated: ::std::option::Option<bool>,
    }
    ///A submitted execution.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecAccepted {
        ///Id for the routes under /api/executions.
        pub execution_id: ::std::string::String,
    }
    ///A program and how to run it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[serde(deny_unknown_fields)]
    pub struct ExecRequest {
        ///JavaScript or TypeScript.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<::std::string::String>,
        ///Seconds the run may take; the operator's maximum applies.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub execution_timeout_secs: ::std::option::Option<u64>,
        ///Path of a file on the server's machine that holds the program, instead of code; where the server allows it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub file: ::std::option::Option<::std::string::String>,
        /**Stored state to start from, as an earlier run returned it in heap. With session, that session goes on from
there; without, the run belongs to no session.*/
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub heap: ::std::option::Option<::std::string::String>,
        ///V8 heap in MB; the operator's maximum applies.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub heap_memory_max_mb: ::std::option::Option<u64>,
        ///false: a fresh isolate, or the state of heap, and nothing is kept.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub persist: ::std::option::Option<bool>,
        ///Session whose bindings the run uses and keeps. Also by the header X-MCP-Session-Id.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<::std::string::String>,
        ///Tags for the state after the run: names and values, to find it again.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub tags: ::std::option::Option<
            ::std::collections::HashMap<::std::string::String, ::std::string::String>,
        >,
        ///Milliseconds to wait for the end; 0 answers at once, the operator's maximum applies.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub wait_ms: ::std::option::Option<u64>,
    }
    ///Why an execution did not complete.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecutionError {
        ///Outcome code, for example limit.timeout; absent when its caller cancelled it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<::std::string::String>,
        ///Column in the script, from 1.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub column: ::std::option::Option<i32>,
        ///Line in the script, from 1.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub line: ::std::option::Option<i32>,
        ///What happened and what to do.
        pub message: ::std::string::String,
        ///That line of the script.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub source_line: ::std::option::Option<::std::string::String>,
        ///Stack of the script, in its own lines and columns.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stack: ::std::option::Option<::std::string::String>,
    }
    ///An event.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecutionEvent {
        ///JSON: an OutputEvent, or at the end the ExecutionInfo.
        pub data: ::std::string::String,
        ///output or end.
        pub event: ::std::string::String,
        ///What Last-Event-ID names it by: of output, the byte after it; of the end, end.
        pub id: ::std::string::String,
    }
    ///An execution.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecutionInfo {
        ///Artifacts it has handed out: `/api/artifacts?execution_id=...` lists them.
        pub artifacts: u64,
        ///RFC 3339, UTC; absent until it is over.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub completed_at: ::std::option::Option<::std::string::String>,
        ///Processor time of the run, milliseconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub cpu_ms: ::std::option::Option<u64>,
        ///Wall clock of the run, milliseconds.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub duration_ms: ::std::option::Option<u64>,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error: ::std::option::Option<ExecutionError>,
        ///UUID, version 7.
        pub execution_id: ::std::string::String,
        ///Id of the state after the run: a later run starts from it again with heap.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub heap: ::std::option::Option<::std::string::String>,
        ///What the session had and could not keep.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub lost: ::std::vec::Vec<LostBinding>,
        ///The beginning of the console output, where the answer carries it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub output: ::std::option::Option<::std::string::String>,
        ///Console output so far, bytes of UTF-8.
        pub output_bytes: u64,
        ///Console output so far, lines.
        pub output_lines: u64,
        ///Value of the last expression: JSON, or its inspected text. Absent when there is none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result: ::std::option::Option<::serde_json::Value>,
        ///json, text or undefined; absent while there is no result.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result_kind: ::std::option::Option<::std::string::String>,
        ///Session whose bindings the run used; absent for a run without one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub session: ::std::option::Option<::std::string::String>,
        ///RFC 3339, UTC; absent while queued.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub started_at: ::std::option::Option<::std::string::String>,
        ///queued, running, completed, failed, cancelled or timed_out.
        pub status: ::std::string::String,
        ///RFC 3339, UTC.
        pub submitted_at: ::std::string::String,
        ///`output` is not all of it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub truncated: ::std::option::Option<bool>,
    }
    ///A page of executions, newest first.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecutionList {
        ///Newest first, without their output.
        pub executions: ::std::vec::Vec<ExecutionInfo>,
        ///`before` of the next page; absent on the last one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next: ::std::option::Option<::std::string::String>,
    }
    ///A page of console output. The pages of an execution, put together, are exactly its output.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ExecutionOutput {
        ///The text, line ends included.
        pub data: ::std::string::String,
        ///Byte after the page.
        pub end_byte: u64,
        ///Last line of the page.
        pub end_line: u64,
        ///Execution id.
        pub execution_id: ::std::string::String,
        ///There is more after this page.
        pub has_more: bool,
        ///`byte_offset` of the next page.
        pub next_byte_offset: u64,
        ///`line_offset` of the next page.
        pub next_line_offset: u64,
        ///First byte of the page, from 0.
        pub start_byte: u64,
        ///First line of the page, from 1.
        pub start_line: u64,
        ///Status of the execution.
        pub status: ::std::string::String,
        ///Bytes so far.
        pub total_bytes: u64,
        ///Lines so far.
        pub total_lines: u64,
    }
    ///A stored state.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct HeapInfo {
        ///RFC 3339, UTC.
        pub created_at: ::std::string::String,
        ///The engine that stored it.
        pub engine: ::std::string::String,
        ///Its id: a run starts from it with heap.
        pub heap: ::std::string::String,
        ///V8 snapshot, bytes before compression; 0 without one.
        pub heap_bytes: u64,
        ///values or heap.
        pub kind: ::std::string::String,
        ///What the session had and this state has not.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        pub lost: ::std::vec::Vec<LostBinding>,
        ///The state that the run which made this one had begun with; it may be gone.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub parent: ::std::option::Option<::std::string::String>,
        ///As stored, bytes.
        pub stored_bytes: u64,
        ///Names and values.
        pub tags: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
        ///When it was last saved, continued from, or tagged. RFC 3339, UTC.
        pub used_at: ::std::string::String,
        ///Portable values, bytes before compression.
        pub values_bytes: u64,
    }
    ///The tags of a heap.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[serde(deny_unknown_fields)]
    pub struct HeapTags {
        ///Names and values: at most 64, names up to 128 and values up to 1024 bytes.
        pub tags: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
    }
    ///Something a session could not keep.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct LostBinding {
        ///A binding, or * for all of them.
        pub name: ::std::string::String,
        ///Why.
        pub reason: ::std::string::String,
    }
    ///Data of an event named `output`. Its id is `end_byte`.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct OutputEvent {
        ///The text, line ends included. Not always whole lines.
        pub data: ::std::string::String,
        ///The byte after it.
        pub end_byte: u64,
        ///Its first byte in the output, from 0.
        pub start_byte: u64,
    }
    ///Problem details (RFC 9457) of an error.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct ProblemBody {
        ///Outcome code, for programs, for example `error.request`.
        pub code: ::std::string::String,
        ///What happened and what to do, for people.
        pub detail: ::std::string::String,
        ///The same text as `detail`.
        pub error: ::std::string::String,
        ///The HTTP status.
        pub status: i32,
        ///The HTTP status in words.
        pub title: ::std::string::String,
        ///URI of the kind of problem; `about:blank` when the status says it all.
        #[serde(rename = "type")]
        pub type_: ::std::string::String,
    }
    ///How busy the server is.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Readiness {
        ///Sessions that hold a worker at rest.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub live_sessions: ::std::option::Option<i64>,
        ///Runs that wait. This and the other numbers are left out where there is authentication: they are of all tenants.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub queued: ::std::option::Option<i64>,
        ///Runs under way.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub running: ::std::option::Option<i64>,
        ///Always `ready`; a server that is not answers 503.
        pub status: ::std::string::String,
        ///Worker processes.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub workers: ::std::option::Option<i64>,
    }
    ///A session.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct SessionInfo {
        ///Its state as stored, bytes.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bytes: ::std::option::Option<u64>,
        ///When it was first saved. RFC 3339, UTC.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub created_at: ::std::option::Option<::std::string::String>,
        ///Id of the state it goes on from; absent until it is saved, like all below but the runs.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub heap: ::std::option::Option<::std::string::String>,
        ///values or heap.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<::std::string::String>,
        ///Runs so far.
        pub runs: u64,
        ///Its name.
        pub session: ::std::string::String,
        ///Those since it was last saved: they are lost with the server's process. Absent: none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub unsaved_runs: ::std::option::Option<u64>,
        ///When it was last saved. RFC 3339, UTC.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub updated_at: ::std::option::Option<::std::string::String>,
    }
    ///A page of sessions, by name.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct SessionList {
        ///`after` of the next page; absent on the last one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next: ::std::option::Option<::std::string::String>,
        ///By name. One that was never saved is listed while it is live.
        pub sessions: ::std::vec::Vec<SessionInfo>,
    }
    ///A run after which the session was saved; with the fields that were asked for.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    pub struct SnapshotInfo {
        ///The state as stored, bytes.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub bytes: ::std::option::Option<u64>,
        ///The program, its first 16384 bytes; absent where the session was saved later than its run.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<::std::string::String>,
        ///All of the program, bytes.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code_bytes: ::std::option::Option<u64>,
        ///How the run failed; absent where it did not.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub error_code: ::std::option::Option<::std::string::String>,
        ///The run; it may be gone.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub execution_id: ::std::option::Option<::std::string::String>,
        ///Runs of the session up to and with this one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub index: ::std::option::Option<u64>,
        ///Id of the state before the run; absent where it began with nothing.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub input_heap: ::std::option::Option<::std::string::String>,
        ///values or heap.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub kind: ::std::option::Option<::std::string::String>,
        ///Id of the state after the run: a later run starts from it again with heap.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub output_heap: ::std::option::Option<::std::string::String>,
        ///output_heap can still be started from.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub stored: ::std::option::Option<bool>,
        ///When it was saved. RFC 3339, UTC.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub timestamp: ::std::option::Option<::std::string::String>,
    }
    ///A part of a session's history.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct SnapshotList {
        ///Newest first.
        pub entries: ::std::vec::Vec<SnapshotInfo>,
        ///`before` of the next page; absent on the last one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next: ::std::option::Option<u64>,
        ///The session.
        pub session: ::std::string::String,
    }
    ///A heap and all of its tags.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct TaggedHeap {
        ///Its id.
        pub heap: ::std::string::String,
        ///Names and values.
        pub tags: ::std::collections::HashMap<
            ::std::string::String,
            ::std::string::String,
        >,
    }
    ///A page of heaps that have the tags.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct TaggedList {
        ///`after` of the next page; absent on the last one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next: ::std::option::Option<::std::string::String>,
        ///By id.
        pub results: ::std::vec::Vec<TaggedHeap>,
    }
    ///Version of the server.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Version {
        ///Semantic version.
        pub version: ::std::string::String,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for mcp-v8

Runs JavaScript and TypeScript in isolated V8 workers. Errors are problem details (RFC 9457) with an outcome code.

Version: 0.1.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "0.1.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
#[allow(clippy::all)]
impl Client {
    /**Lists the caller's artifacts, newest first

Sends a `GET` request to `/api/artifacts`

Arguments:
- `before`: `next` of the page before.
- `execution_id`: Only those of this execution.
- `limit`: Artifacts at most; 100 when left out.
*/
    pub async fn list_artifacts<'a>(
        &'a self,
        before: Option<u64>,
        execution_id: Option<&'a str>,
        limit: Option<u64>,
    ) -> Result<ResponseValue<types::ArtifactList>, Error<types::ProblemBody>> {
        let url = format!("{}/api/artifacts", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("before", &before))
            .query(&progenitor_client::QueryParam::new("execution_id", &execution_id))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_artifacts",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**The bytes of an artifact, as a download: no browser shows what a script made as a page of this server

Sends a `GET` request to `/api/artifacts/{key}`

Arguments:
- `key`: Key, percent-encoded
- `execution_id`: The one of this execution; left out: the newest.
*/
    pub async fn get_artifact<'a>(
        &'a self,
        key: &'a str,
        execution_id: Option<&'a str>,
    ) -> Result<ResponseValue<ByteStream>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/artifacts/{}", self.baseurl, encode_path(& key.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .query(&progenitor_client::QueryParam::new("execution_id", &execution_id))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_artifact",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => Ok(ResponseValue::stream(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Lists the caller's executions, newest first

Sends a `GET` request to `/api/executions`

Arguments:
- `before`: `next` of the page before.
- `limit`: Executions at most; 100 when left out.
- `session`: Only those of this session.
- `status`: Only those with this status.
*/
    pub async fn list_executions<'a>(
        &'a self,
        before: Option<&'a str>,
        limit: Option<u64>,
        session: Option<&'a str>,
        status: Option<&'a str>,
    ) -> Result<ResponseValue<types::ExecutionList>, Error<types::ProblemBody>> {
        let url = format!("{}/api/executions", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("before", &before))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("session", &session))
            .query(&progenitor_client::QueryParam::new("status", &status))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_executions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**An execution, now or when it is over

Sends a `GET` request to `/api/executions/{id}`

Arguments:
- `id`: Execution id
- `wait_ms`: Milliseconds to wait for the end; 0 answers at once, the operator's maximum applies.
*/
    pub async fn get_execution<'a>(
        &'a self,
        id: &'a str,
        wait_ms: Option<u64>,
    ) -> Result<ResponseValue<types::ExecutionInfo>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/executions/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("wait_ms", &wait_ms))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_execution",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Stops an execution, queued or running. One that is over stays as it is

Sends a `POST` request to `/api/executions/{id}/cancel`

Arguments:
- `id`: Execution id
*/
    pub async fn cancel_execution<'a>(
        &'a self,
        id: &'a str,
    ) -> Result<ResponseValue<types::Cancelled>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/executions/{}/cancel", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "cancel_execution",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**A page of an execution's console output, while it runs and afterwards

Sends a `GET` request to `/api/executions/{id}/output`

Arguments:
- `id`: Execution id
- `byte_limit`: Bytes at most; 4096 when left out.
- `byte_offset`: First byte, from 0.
- `line_limit`: Lines at most; 100 when left out.
- `line_offset`: First line, from 1; 0 stands for 1.
*/
    pub async fn get_execution_output<'a>(
        &'a self,
        id: &'a str,
        byte_limit: Option<u64>,
        byte_offset: Option<u64>,
        line_limit: Option<u64>,
        line_offset: Option<u64>,
    ) -> Result<ResponseValue<types::ExecutionOutput>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/executions/{}/output", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("byte_limit", &byte_limit))
            .query(&progenitor_client::QueryParam::new("byte_offset", &byte_offset))
            .query(&progenitor_client::QueryParam::new("line_limit", &line_limit))
            .query(&progenitor_client::QueryParam::new("line_offset", &line_offset))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_execution_output",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**A stored state: what it is, where it came from, its tags

Sends a `GET` request to `/api/heaps/{id}`

Arguments:
- `id`: Heap id
*/
    pub async fn get_heap<'a>(
        &'a self,
        id: &'a str,
    ) -> Result<ResponseValue<types::HeapInfo>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/heaps/{}", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_heap",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**The tags of a heap

Sends a `GET` request to `/api/heaps/{id}/tags`

Arguments:
- `id`: Heap id
*/
    pub async fn get_heap_tags<'a>(
        &'a self,
        id: &'a str,
    ) -> Result<ResponseValue<types::HeapTags>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/heaps/{}/tags", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_heap_tags",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Gives a heap these tags and no others. A heap that has tags is never removed as unused

Sends a `PUT` request to `/api/heaps/{id}/tags`

Arguments:
- `id`: Heap id
- `body`: All tags it is to have
*/
    pub async fn set_heap_tags<'a>(
        &'a self,
        id: &'a str,
        body: &'a types::HeapTags,
    ) -> Result<ResponseValue<types::HeapTags>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/heaps/{}/tags", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "set_heap_tags",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            408u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            413u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            415u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Takes tags from a heap: those that are named, or all

Sends a `DELETE` request to `/api/heaps/{id}/tags`

Arguments:
- `id`: Heap id
- `key`: Name of a tag, as often as there are names; all tags when left out
*/
    pub async fn delete_heap_tags<'a>(
        &'a self,
        id: &'a str,
        key: Option<&'a ::std::vec::Vec<::std::string::String>>,
    ) -> Result<ResponseValue<()>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/heaps/{}/tags", self.baseurl, encode_path(& id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("key", &key))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_heap_tags",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Lists the caller's sessions, by name

Sends a `GET` request to `/api/sessions`

Arguments:
- `after`: `next` of the page before.
- `limit`: Sessions at most; 100 when left out.
*/
    pub async fn list_sessions<'a>(
        &'a self,
        after: Option<&'a str>,
        limit: Option<u64>,
    ) -> Result<ResponseValue<types::SessionList>, Error<types::ProblemBody>> {
        let url = format!("{}/api/sessions", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("after", &after))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_sessions",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Deletes a session, its variables and its history. Its heaps go later, as far as nothing else keeps them

Sends a `DELETE` request to `/api/sessions/{name}`

Arguments:
- `name`: Session name
*/
    pub async fn delete_session<'a>(
        &'a self,
        name: &'a str,
    ) -> Result<ResponseValue<()>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/sessions/{}", self.baseurl, encode_path(& name.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_session",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            204u16 => Ok(ResponseValue::empty(response)),
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            409u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Lists the history of a session, newest first

Sends a `GET` request to `/api/sessions/{name}/snapshots`

Arguments:
- `name`: Session name
- `before`: `next` of the page before.
- `fields`: Fields of the entries, separated by commas; all of them when left out.
- `limit`: Entries at most; 20 when left out.
*/
    pub async fn list_session_snapshots<'a>(
        &'a self,
        name: &'a str,
        before: Option<u64>,
        fields: Option<&'a str>,
        limit: Option<u64>,
    ) -> Result<ResponseValue<types::SnapshotList>, Error<types::ProblemBody>> {
        let url = format!(
            "{}/api/sessions/{}/snapshots", self.baseurl, encode_path(& name
            .to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("before", &before))
            .query(&progenitor_client::QueryParam::new("fields", &fields))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_session_snapshots",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**The server's version

Sends a `GET` request to `/api/version`

*/
    pub async fn get_version<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::Version>, Error<types::ProblemBody>> {
        let url = format!("{}/api/version", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_version",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            403u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Answers 200 while new runs are taken

Sends a `GET` request to `/readyz`

*/
    pub async fn readyz<'a>(
        &'a self,
    ) -> Result<ResponseValue<types::Readiness>, Error<types::ProblemBody>> {
        let url = format!("{}/readyz", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "readyz",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
