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
    #[error(
        "the service manager passed a socket on {0}, which other machines reach, and there is no authentication: add [auth], listen on a loopback address, or set transport.http.allow_public_without_auth = true"
    )]
    Public(SocketAddr),
    #[error("a socket that the service manager passed cannot be used")]
    Passed(#[source] io::Error),
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

/// Takes over sockets that listen already. The rule of `transport.http.listen` holds for them too: without
/// `public`, only loopback addresses.
///
/// # Errors
/// [`BindError::Public`], [`BindError::Passed`]. Must be called inside a tokio runtime.
pub fn adopt(
    passed: Vec<std::net::TcpListener>,
    public: bool,
) -> Result<Vec<TcpListener>, BindError> {
    let adopted = passed.into_iter().map(|socket| {
        let address = socket.local_addr().map_err(BindError::Passed)?;
        if !public && !address.ip().to_canonical().is_loopback() {
            return Err(BindError::Public(address));
        }
        socket.set_nonblocking(true).map_err(BindError::Passed)?;
        TcpListener::from_std(socket).map_err(BindError::Passed)
    });
    adopted.collect()
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

    #[tokio::test]
    async fn a_passed_socket_that_other_machines_reach_is_refused_unless_that_is_allowed() {
        let socket = |address| vec![std::net::TcpListener::bind(address).expect("a free port")];
        assert!(matches!(adopt(socket("0.0.0.0:0"), false), Err(BindError::Public(_))));
        assert_eq!(adopt(socket("0.0.0.0:0"), true).expect("allowed").len(), 1);
        let own = adopt(socket("127.0.0.1:0"), false).expect("loopback");
        let address = own[0].local_addr().expect("an address");
        let (connected, accepted) =
            tokio::join!(tokio::net::TcpStream::connect(address), own[0].accept());
        assert!(connected.is_ok() && accepted.is_ok());
    }
}
