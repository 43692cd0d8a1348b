//! From a URL to its content, hop by hop: judged, then from the cache or the network, and noted in the lock file. Not what
//! a specifier stands for.

use super::cache::sha256;
use super::error::ModuleError;
use super::lock::{Entry, Leads};
use super::media::essence;
use super::run::ModuleRun;
use super::specifier::target;
use http::header::{CONTENT_TYPE, LOCATION};
use mcp_v8_policy::{Allowed, ModuleKind, ModuleRequest, Package, Target};
use mcp_v8_settings::Lock;
use std::net::IpAddr;
use std::sync::Arc;

/// An edge of the graph, as policies see it.
#[derive(Clone)]
pub(super) struct Import {
    pub(super) requested: String,
    pub(super) kind: ModuleKind,
    pub(super) package: Option<Package>,
    pub(super) referrer: Option<Target>,
}

/// What a URL led to.
pub(super) struct Content {
    /// After redirects.
    pub(super) target: Target,
    /// Without parameters.
    pub(super) media: String,
    pub(super) bytes: Arc<[u8]>,
    pub(super) sha256: String,
}

/// Where a hop leads.
enum Step {
    On(Target),
    Here(Content),
}

impl ModuleRun {
    /// Follows a URL to its content. Every hop is judged, also of what is in the cache.
    pub(super) async fn obtain(
        &self,
        import: &Import,
        start: Target,
    ) -> Result<Content, ModuleError> {
        self.graph.count(&self.client.settings)?;
        let most = self.client.settings.max_redirects;
        let mut at = start;
        for hop in 0..=most {
            match self.step(import, &at, hop).await? {
                Step::On(next) => at = next,
                Step::Here(content) => {
                    self.graph.take(content.bytes.len(), &self.client.settings)?;
                    return Ok(content);
                }
            }
        }
        Err(ModuleError::Redirects(most))
    }

    /// Judges the way from a URL to its content, as far as it is known, without getting it. Returns its end.
    pub(super) async fn judge_way(
        &self,
        import: &Import,
        start: Target,
    ) -> Result<Target, ModuleError> {
        let mut at = start;
        for hop in 0..=self.client.settings.max_redirects {
            self.judge(import, &at, hop, Vec::new()).await?;
            match self.client.lock.get(at.as_str()).map(|entry| entry.leads) {
                Some(Leads::Elsewhere { redirect }) => at = self.next(&at, &redirect)?,
                _ => return Ok(at),
            }
        }
        Err(ModuleError::Redirects(self.client.settings.max_redirects))
    }

    async fn step(&self, import: &Import, at: &Target, hop: u32) -> Result<Step, ModuleError> {
        self.check_scheme(at)?;
        let settings = &self.client.settings;
        let noted = self.client.lock.get(at.as_str());
        let fresh = |entry: &&Entry| {
            settings.offline
                || settings.lock != Lock::Record
                || !entry.is_older_than(settings.max_age)
        };
        match noted.as_ref().filter(fresh).map(|entry| &entry.leads) {
            Some(Leads::Elsewhere { redirect }) => {
                self.judge(import, at, hop, Vec::new()).await?;
                return Ok(Step::On(self.next(at, redirect)?));
            }
            Some(Leads::Content { sha256, media, .. }) if self.client.cache.has(sha256) => {
                let allowed = self.judge(import, at, hop, Vec::new()).await?;
                if let Some(content) = self.cached(allowed, sha256, media).await? {
                    return Ok(Step::Here(content));
                }
            }
            _ => {}
        }
        let url = || at.as_str().to_owned();
        if settings.offline || (settings.lock == Lock::Frozen && noted.is_none()) {
            // Judged first: whether something is in the cache is nobody's business who may not import it.
            self.judge(import, at, hop, Vec::new()).await?;
            return Err(match settings.offline {
                true => ModuleError::Offline { url: url() },
                false => ModuleError::NotLocked { url: url() },
            });
        }
        // A turn of its own before anything is looked up: look-ups hold threads.
        let _turn = self.parallel.acquire().await;
        // What is denied anyway is not looked up.
        let foreseen = self.asked(import, at, hop, Vec::new());
        self.client.gate.foresee(&self.context, &foreseen).await.map_err(Box::new)?;
        let addresses = self.client.fetch.addresses(at.url()).await?;
        let allowed = self.judge(import, at, hop, addresses).await?;
        self.fetch(allowed, noted.map(|entry| entry.leads)).await
    }

    async fn judge(
        &self,
        import: &Import,
        at: &Target,
        hop: u32,
        resolved_addresses: Vec<IpAddr>,
    ) -> Result<Allowed<ModuleRequest>, ModuleError> {
        let request = self.asked(import, at, hop, resolved_addresses);
        Ok(self.client.gate.check(&self.context, request).await.map_err(Box::new)?)
    }

    fn asked(
        &self,
        import: &Import,
        at: &Target,
        hop: u32,
        resolved_addresses: Vec<IpAddr>,
    ) -> ModuleRequest {
        let Import { requested, kind, package, referrer } = import.clone();
        let target = at.clone();
        ModuleRequest { requested, kind, target, package, referrer, hop, resolved_addresses }
    }

    /// Nothing but https, apart from the operator's exceptions.
    fn check_scheme(&self, at: &Target) -> Result<(), ModuleError> {
        let origin = at.url().origin().ascii_serialization();
        match at.url().scheme() == "https" || self.client.settings.http_origins.contains(&origin) {
            true => Ok(()),
            false => Err(ModuleError::Http),
        }
    }

    fn next(&self, at: &Target, location: &str) -> Result<Target, ModuleError> {
        target(at.url().join(location).map_err(ModuleError::Location)?)
    }

    /// The content of an allowed request from the cache; `None` when it is there no more.
    async fn cached(
        &self,
        allowed: Allowed<ModuleRequest>,
        sha256: &str,
        media: &str,
    ) -> Result<Option<Content>, ModuleError> {
        let (client, name) = (self.client.clone(), sha256.to_owned());
        let read = tokio::task::spawn_blocking(move || client.cache.get(&name)).await;
        let bytes = read.map_err(std::io::Error::other)?;
        Ok(bytes.map(|bytes| Content {
            target: allowed.into_inner().target,
            media: media.to_owned(),
            bytes,
            sha256: sha256.to_owned(),
        }))
    }

    async fn fetch(
        &self,
        allowed: Allowed<ModuleRequest>,
        locked: Option<Leads>,
    ) -> Result<Step, ModuleError> {
        let at = allowed.target.clone();
        let url = || at.as_str().to_owned();
        let pinned = locked.filter(|_| self.client.settings.lock != Lock::Record);
        let response = self.connections.get_module(allowed).await?;
        let status = response.status();
        if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
            && let Some(location) = response.headers().get(LOCATION)
        {
            if matches!(pinned, Some(Leads::Content { .. })) {
                return Err(ModuleError::NowARedirect { url: url() });
            }
            let next = self.next(&at, &String::from_utf8_lossy(location.as_bytes()))?;
            self.note(&url(), Leads::Elsewhere { redirect: next.as_str().to_owned() })?;
            return Ok(Step::On(next));
        }
        if !status.is_success() {
            return Err(ModuleError::Status { url: url(), status: status.as_u16() });
        }
        let media = response.headers().get(CONTENT_TYPE);
        let media = essence(media.and_then(|value| value.to_str().ok()).unwrap_or_default());
        let bytes: Arc<[u8]> = self.body(response).await?.into();
        let sha256 = sha256(&bytes);
        match pinned {
            Some(Leads::Content { sha256: locked, .. }) if locked != sha256 => {
                return Err(ModuleError::Changed { url: url(), locked, sent: sha256 });
            }
            _ => {}
        }
        let size = bytes.len() as u64;
        self.note(&url(), Leads::Content { sha256: sha256.clone(), media: media.clone(), size })?;
        self.keep(&sha256, &bytes).await;
        Ok(Step::Here(Content { target: at, media, bytes, sha256 }))
    }

    /// Reads a body no further than it may be long.
    async fn body(&self, mut response: reqwest::Response) -> Result<Vec<u8>, ModuleError> {
        let limit = self.client.settings.max_module_bytes;
        let over =
            || ModuleError::Limit { what: "the module", key: "modules.max_module_mb", limit };
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(over());
        }
        let mut bytes = Vec::new();
        let broken = |error: reqwest::Error| ModuleError::Body(error.without_url().to_string());
        while let Some(piece) = response.chunk().await.map_err(broken)? {
            if (bytes.len() + piece.len()) as u64 > limit {
                return Err(over());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    fn note(&self, url: &str, leads: Leads) -> Result<(), ModuleError> {
        let settings = &self.client.settings;
        match settings.lock {
            Lock::Frozen => return Ok(()),
            Lock::Verify if !self.client.lock.has_room(url) => {
                let limit = settings.max_locked as u64;
                let what = "the lock file";
                return Err(ModuleError::Limit { what, key: "modules.max_locked", limit });
            }
            Lock::Record | Lock::Verify => {}
        }
        self.client.lock.note(url, leads);
        Ok(())
    }

    /// A cache that cannot be written costs time and no import.
    async fn keep(&self, sha256: &str, bytes: &Arc<[u8]>) {
        let (client, name, bytes) = (self.client.clone(), sha256.to_owned(), bytes.clone());
        let kept = tokio::task::spawn_blocking(move || client.cache.put(&name, &bytes)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(%error, "a module could not be put into the cache");
        }
    }
}
