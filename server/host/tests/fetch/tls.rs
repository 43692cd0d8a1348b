//! Whom a request reaches over https is who it asked for, or it is not sent.

use crate::support::{ALLOW_ALL, Setup, caller, get};
use mcp_v8_host::fetch::{FetchClient, FetchRun};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// Says "in" to every request, and counts the bytes it got inside of TLS.
async fn server(name: &str) -> (SocketAddr, Arc<AtomicUsize>) {
    let certificate = CertificateDer::from_pem_file(file(&format!("{name}.pem"))).unwrap();
    let key = PrivateKeyDer::from_pem_file(file(&format!("{name}.key"))).unwrap();
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let bytes = Arc::new(AtomicUsize::new(0));
    let counted = bytes.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            let Ok(length) = stream.read(&mut request).await else { continue };
            counted.fetch_add(length, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nin").await;
            let _ = stream.shutdown().await;
        }
    });
    (address, bytes)
}

/// A run that trusts the authority of the tests.
fn trusting(setup: &Setup) -> FetchRun {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file("ca.pem")).unwrap()).unwrap();
    let tls = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let (gate, names) = (setup.gate(), setup.resolver());
    FetchClient::with_tls(setup.fetch.clone(), gate, names, tls).unwrap().run(caller())
}

#[tokio::test]
async fn a_certificate_that_is_unknown_expired_or_of_another_name_gets_no_byte() {
    let (good, good_bytes) = server("good").await;
    let (expired, expired_bytes) = server("expired").await;
    let setup = Setup::policy(ALLOW_ALL)
        .name("good.test", &[&["127.0.0.1"]])
        .name("other.test", &[&["127.0.0.1"]]);
    let (run, system) = (trusting(&setup), setup.run());
    let url = |name: &str, address: SocketAddr| format!("https://{name}:{}/", address.port());
    for (run, url) in [
        (&run, url("other.test", good)),
        (&run, url("127.0.0.1", good)),
        (&run, url("good.test", expired)),
        (&system, url("good.test", good)),
    ] {
        let error = get(&url).fetch(run).await.map(|got| got.head.status).unwrap_err();
        assert_eq!(error.class, "TypeError", "{url}");
        assert!(error.message.contains("certificate"), "{url}: {}", error.message);
    }
    let counts = [&good_bytes, &expired_bytes].map(|bytes| bytes.load(Ordering::SeqCst));
    assert_eq!(counts, [0, 0]);
    assert_eq!(get(url("good.test", good)).text(&run).await, "in");
    assert!(good_bytes.load(Ordering::SeqCst) > 0);
}
