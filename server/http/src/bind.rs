//! Listening sockets. Nothing is accepted from them yet.

use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// An address that cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(
        "{0} is in use by another program: stop it, or choose another port (transport.http.listen, --http-port)"
    )]
    InUse(SocketAddr),
    #[error("no permission to listen on {0}: ports below 1024 need CAP_NET_BIND_SERVICE")]
    Permission(SocketAddr),
    #[error("cannot listen on {address} (transport.http.listen)")]
    Other {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
}

/// Listens on every address, or on none.
///
/// # Errors
/// [`BindError`] naming the address and what to do.
pub async fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, BindError> {
    let mut listeners = Vec::with_capacity(addresses.len());
    for address in addresses {
        let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse(*address),
            io::ErrorKind::PermissionDenied => BindError::Permission(*address),
            _ => BindError::Other { address: *address, source },
        })?;
        listeners.push(listener);
    }
    Ok(listeners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_named_with_what_to_do() {
        let first = bind(&["127.0.0.1:0".parse().expect("an address")]).await.expect("a free port");
        let taken = first[0].local_addr().expect("an address");
        let error = bind(&[taken]).await.expect_err("in use").to_string();
        assert!(error.contains(&taken.to_string()) && error.contains("--http-port"), "{error}");
    }
}
