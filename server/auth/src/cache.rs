//! The keys in force: read again from time to time and when a token names an unknown one, never more often than the
//! operator allows, and kept while no others can be had. Not how they are read.

use crate::key::Key;
use crate::keys::{Found, KeySet, SetError};
use crate::refusal::Refusal;
use crate::source::{Source, SourceError};
use arc_swap::ArcSwap;
use jsonwebtoken::Algorithm;
use mcp_v8_settings::Jwt;
use std::sync::{Arc, Weak};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

/// Why there are no keys, or no newer ones.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("the keys of the issuer cannot be used: {0}")]
    Set(#[from] SetError),
}

/// One per issuer.
#[derive(Debug)]
pub struct Cache {
    source: Source,
    jwt: Jwt,
    loaded: ArcSwap<Loaded>,
    /// When keys were last asked for, whatever came of it. Held while they are read.
    asked: Mutex<Instant>,
}

#[derive(Debug)]
struct Loaded {
    keys: KeySet,
    at: Instant,
}

impl Cache {
    /// Reads the keys, and again in the background from then on. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`KeysError`]: a server without keys would refuse everybody.
    pub async fn start(jwt: &Jwt) -> Result<Arc<Self>, KeysError> {
        let source = Source::new(jwt)?;
        let asked = Instant::now();
        let keys = KeySet::parse(&source.read().await?, jwt)?;
        tracing::info!(issuer = jwt.issuer, keys = keys.len(), "the keys of the issuer are read");
        let loaded = ArcSwap::from_pointee(Loaded { keys, at: asked });
        let cache = Self { source, jwt: jwt.clone(), loaded, asked: Mutex::new(asked) };
        let cache = Arc::new(cache);
        tokio::spawn(keep_fresh(Arc::downgrade(&cache)));
        Ok(cache)
    }

    /// The key that a token says it is signed with. An unknown one may be newer than the set: then it is read again.
    ///
    /// # Errors
    /// [`Refusal`]
    pub async fn find(
        self: &Arc<Self>,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<Arc<Key>, Refusal> {
        let mut loaded = self.loaded.load_full();
        let mut found = loaded.keys.find(id, algorithm);
        let stale = |loaded: &Loaded| loaded.at.elapsed() > self.jwt.max_stale;
        if matches!(found, Found::UnknownId) || stale(&loaded) {
            self.refresh().await;
            loaded = self.loaded.load_full();
            found = loaded.keys.find(id, algorithm);
        }
        if stale(&loaded) {
            return Err(Refusal::NoKeys);
        }
        match found {
            Found::Key(key) => Ok(key),
            Found::UnknownId => Err(Refusal::Invalid("the issuer has no key of its id (kid)")),
            Found::NotThisAlgorithm => {
                Err(Refusal::Invalid("its algorithm is not one of its key (alg)"))
            }
            Found::Ambiguous => Err(Refusal::Invalid("it does not say which key signed it (kid)")),
        }
    }

    /// Reads the keys again, unless that was tried a short while ago. Whoever comes meanwhile waits for the same read,
    /// and it goes on when those who wait are gone: a caller that hangs up must not keep newer keys away from others.
    async fn refresh(self: &Arc<Self>) {
        let own = self.clone();
        // A defect in there leaves the keys as they are.
        let _ = tokio::spawn(async move { own.read_again().await }).await;
    }

    async fn read_again(&self) {
        let mut asked = self.asked.lock().await;
        if asked.elapsed() < self.jwt.min_refresh {
            return;
        }
        *asked = Instant::now();
        let read =
            async { Ok::<_, KeysError>(KeySet::parse(&self.source.read().await?, &self.jwt)?) };
        match read.await {
            Ok(keys) => {
                tracing::debug!(issuer = self.jwt.issuer, keys = keys.len(), "keys are read again");
                self.loaded.store(Arc::new(Loaded { keys, at: *asked }));
            }
            Err(error) => {
                let age = self.loaded.load().at.elapsed();
                tracing::warn!(issuer = self.jwt.issuer, %error, ?age, "the keys of the issuer could not be read again; the last ones stay");
            }
        }
    }
}

async fn keep_fresh(cache: Weak<Cache>) {
    loop {
        let Some(wait) = cache.upgrade().map(|cache| cache.jwt.refresh) else { return };
        sleep(wait).await;
        let Some(cache) = cache.upgrade() else { return };
        cache.refresh().await;
    }
}

#[cfg(test)]
mod tests;
