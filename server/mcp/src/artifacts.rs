//! Artifacts as MCP clients see them: listed, linked, and inline where models can look at them.

use data_encoding::BASE64;
use mcp_v8_executions::{ArtifactQuery, ArtifactRecord, LookupError, Record, Service};
use mcp_v8_sandbox::{ExecutionId, Principal};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rmcp::model::{ContentBlock, Resource, ResourceContents};
use schemars::JsonSchema;
use serde::Serialize;

/// Artifacts of one execution that an answer lists; list_artifacts has all of them.
const LISTED: u32 = 100;

/// Images that models take; others (SVG, for one) break the APIs of some.
const IMAGES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// An artifact without its bytes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ArtifactView {
    pub key: String,
    pub mime_type: String,
    /// Bytes.
    pub size_bytes: u64,
    /// The execution that handed it out.
    pub execution_id: String,
    /// Readable as a resource.
    pub uri: String,
    /// RFC 3339, UTC.
    pub created_at: String,
}

impl From<&ArtifactRecord> for ArtifactView {
    fn from(record: &ArtifactRecord) -> Self {
        Self {
            key: record.key.clone(),
            mime_type: record.mime.clone(),
            size_bytes: record.size,
            execution_id: record.execution.to_string(),
            uri: uri(record.execution, &record.key),
            created_at: record.created_at.to_string(),
        }
    }
}

/// The first artifacts of an execution, in the order in which they came.
///
/// # Errors
/// [`LookupError::Storage`].
pub async fn of(
    service: &Service,
    principal: &Principal,
    record: &Record,
) -> Result<Vec<ArtifactView>, LookupError> {
    if record.artifacts == 0 {
        return Ok(Vec::new());
    }
    let query = ArtifactQuery { limit: LISTED, before: None, execution: Some(record.id) };
    let page = service.artifacts(principal, query).await?;
    Ok(page.artifacts.iter().rev().map(ArtifactView::from).collect())
}

/// Images and audio of an execution as content, up to limits.inline_artifact_bytes each; links to the others.
///
/// # Errors
/// [`LookupError::Storage`].
pub async fn shown(
    service: &Service,
    principal: &Principal,
    id: ExecutionId,
    artifacts: &[ArtifactView],
) -> Result<Vec<ContentBlock>, LookupError> {
    let most = service.settings().limits.inline_artifact_bytes;
    let mut content = Vec::new();
    for artifact in artifacts {
        if artifact.size_bytes <= most && is_seen(&artifact.mime_type) {
            match service.artifact(principal, Some(id), &artifact.key).await {
                Ok((record, bytes)) => content.push(block(&record, bytes)),
                // Replaced or removed meanwhile.
                Err(LookupError::NoArtifact) => {}
                Err(error) => return Err(error),
            }
        } else {
            content.push(ContentBlock::resource_link(link(artifact)));
        }
    }
    Ok(content)
}

/// An artifact as content: an image or sound as such, text as text, all else as an embedded resource.
pub fn block(record: &ArtifactRecord, bytes: Vec<u8>) -> ContentBlock {
    let mime = essence(&record.mime);
    if IMAGES.contains(&mime) {
        ContentBlock::image(BASE64.encode(&bytes), mime)
    } else if mime.starts_with("audio/") {
        ContentBlock::audio(BASE64.encode(&bytes), mime)
    } else {
        ContentBlock::resource(contents(record, bytes))
    }
}

/// An artifact as the contents of a resource: text where it is text, otherwise base64.
pub fn contents(record: &ArtifactRecord, bytes: Vec<u8>) -> ResourceContents {
    let uri = uri(record.execution, &record.key);
    let contents = match String::from_utf8(bytes) {
        Ok(text) if is_text(&record.mime) => ResourceContents::text(text, uri),
        Ok(text) => ResourceContents::blob(BASE64.encode(text.as_bytes()), uri),
        Err(error) => ResourceContents::blob(BASE64.encode(error.as_bytes()), uri),
    };
    contents.with_mime_type(record.mime.clone())
}

/// The execution and the key that a URI names.
pub fn parse(uri: &str) -> Option<(ExecutionId, String)> {
    let (id, key) = uri.strip_prefix("artifact://")?.split_once('/')?;
    let key = percent_decode_str(key).decode_utf8().ok()?;
    Some((id.parse().ok()?, key.into_owned()))
}

fn uri(execution: ExecutionId, key: &str) -> String {
    format!("artifact://{execution}/{}", utf8_percent_encode(key, NON_ALPHANUMERIC))
}

fn link(artifact: &ArtifactView) -> Resource {
    Resource::new(artifact.uri.clone(), artifact.key.clone())
        .with_mime_type(artifact.mime_type.clone())
        .with_size(artifact.size_bytes)
}

fn essence(mime: &str) -> &str {
    mime.split(';').next().unwrap_or_default().trim()
}

fn is_seen(mime: &str) -> bool {
    let mime = essence(mime);
    IMAGES.contains(&mime) || mime.starts_with("audio/")
}

fn is_text(mime: &str) -> bool {
    let mime = essence(mime);
    mime.starts_with("text/")
        || ["application/json", "application/xml", "image/svg+xml"].contains(&mime)
        || mime.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(mime: &str) -> ArtifactRecord {
        ArtifactRecord {
            execution: ExecutionId::generate(),
            key: "a b/ä.png".into(),
            mime: mime.into(),
            size: 1,
            created_at: mcp_v8_executions::Timestamp::now(),
            place: 1,
        }
    }

    #[test]
    fn a_uri_names_its_artifact_whatever_the_key_is() {
        let record = record("image/png");
        let uri = uri(record.execution, &record.key);
        assert_eq!(parse(&uri), Some((record.execution, record.key)));
        for uri in [
            "artifact://x/k",
            "exec://k",
            "artifact://",
            "artifact://01890a5d-ac96-774b-bcce-b302099a8057",
        ] {
            assert_eq!(parse(uri), None, "{uri}");
        }
    }

    #[test]
    fn only_what_models_take_is_shown_and_only_text_is_text() {
        assert!(
            is_seen("image/png") && is_seen("audio/wav; codecs=1") && !is_seen("image/svg+xml")
        );
        let kind = |mime: &str, bytes: &[u8]| match contents(&record(mime), bytes.to_vec()) {
            ResourceContents::TextResourceContents { .. } => "text",
            ResourceContents::BlobResourceContents { .. } => "blob",
            _ => "unknown",
        };
        assert_eq!(kind("text/csv; charset=utf-8", b"a"), "text");
        assert_eq!(kind("text/csv", b"\xff"), "blob");
        assert_eq!(kind("application/zip", b"a"), "blob");
    }
}
