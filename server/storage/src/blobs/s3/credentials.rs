//! Credentials from files, read for every request, which costs nothing beside it: whoever rotates them writes new files,
//! and nothing is restarted.

use super::S3Options;
use crate::{PrivateFileError, private};
use aws_credential_types::{
    Credentials,
    provider::{self, ProvideCredentials, error::CredentialsError},
};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Session tokens are the longest, at some kilobytes.
const BYTES_MAX: u64 = 16 << 10;

#[derive(Clone, Debug)]
pub(super) struct FileCredentials {
    access_key_id: PathBuf,
    secret_access_key: PathBuf,
    session_token: Option<PathBuf>,
}

/// Why there are no credentials. Never says what a file holds.
#[derive(Debug, thiserror::Error)]
pub enum CredentialFileError {
    #[error(transparent)]
    File(#[from] PrivateFileError),
    #[error("{} does not hold one line of visible ASCII characters", .0.display())]
    NotOneLine(PathBuf),
}

impl FileCredentials {
    pub fn new(options: &S3Options) -> Self {
        Self {
            access_key_id: options.access_key_id_file.clone(),
            secret_access_key: options.secret_access_key_file.clone(),
            session_token: options.session_token_file.clone(),
        }
    }

    pub fn read(&self) -> Result<Credentials, CredentialFileError> {
        let id = line(&self.access_key_id)?;
        let secret = line(&self.secret_access_key)?;
        let token = self.session_token.as_deref().map(line).transpose()?;
        Ok(Credentials::new(
            id.as_str(),
            secret.as_str(),
            token.map(|token| token.as_str().to_owned()),
            None,
            "files of storage.s3",
        ))
    }
}

impl ProvideCredentials for FileCredentials {
    fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let own = self.clone();
        provider::future::ProvideCredentials::new(async move {
            let read = tokio::task::spawn_blocking(move || own.read()).await;
            read.map_err(CredentialsError::provider_error)?
                .map_err(CredentialsError::provider_error)
        })
    }
}

fn line(path: &Path) -> Result<Zeroizing<String>, CredentialFileError> {
    let bytes = private::read(path, BYTES_MAX)?;
    let line = bytes.trim_ascii();
    let text = std::str::from_utf8(line).ok();
    let text =
        text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
    let text = text.ok_or_else(|| CredentialFileError::NotOneLine(path.to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}
