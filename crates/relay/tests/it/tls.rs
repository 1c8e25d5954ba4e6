//! TLS by the relay itself.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::Command,
    sync::Arc,
    time::Duration,
};

use bohao_relay::TlsFiles;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    client::Resumption,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

use crate::{
    program::{Program, command},
    within::TestRelay,
};

const NAME: &str = "relay.example";

/// Writes a fresh certificate into a folder; whoever holds the old one trusts nothing of this one.
fn renew(folder: &Path) -> TlsFiles {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(vec![NAME.to_owned()]).unwrap();
    let files = TlsFiles {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
    };
    fs::write(&files.certificate, cert.pem()).unwrap();
    fs::write(&files.key, signing_key.serialize_pem()).unwrap();
    files
}

fn trusted(files: &TlsFiles) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(&files.certificate).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    // A resumed session shows no certificate.
    config.resumption = Resumption::disabled();
    Arc::new(config)
}

/// The answer's status, or why there is none.
fn ask(address: SocketAddr, trust: &Arc<ClientConfig>, request: &str) -> Result<String, String> {
    let name = ServerName::try_from(NAME).unwrap();
    let connection = ClientConnection::new(Arc::clone(trust), name).unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .map_err(|error| error.to_string())?;
    Ok(answer)
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: relay.example\r\nconnection: close\r\n\r\n";

#[test]
fn pushes_and_polls_go_through_tls() {
    let folder = tempfile::tempdir().unwrap();
    let files = renew(folder.path());
    let relay = TestRelay::configured(|settings| settings.tls = Some(files.clone()));
    assert_eq!(relay.running().url().scheme(), "https");
    let (seat, trust) = (relay.add("A"), trusted(&files));
    let push = format!(
        "POST {} HTTP/1.1\r\nhost: r\r\nconnection: close\r\ncontent-length: 1\r\n\r\n1",
        seat.push_path
    );
    let answer = ask(relay.address(), &trust, &push).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let poll = format!(
        "GET /v1/records?wait=60 HTTP/1.1\r\nhost: r\r\nconnection: close\r\n\
         authorization: Bearer {}\r\n\r\n",
        seat.read_token
    );
    let answer = ask(relay.address(), &trust, &poll).unwrap();
    assert!(answer.contains(r#""seq":1"#), "{answer}");
}

#[test]
fn plain_http_gets_nothing_where_tls_is_spoken() {
    let folder = tempfile::tempdir().unwrap();
    let files = renew(folder.path());
    let relay = TestRelay::configured(|settings| settings.tls = Some(files.clone()));
    let answer = crate::socket::raw(relay.address(), HEALTH.as_bytes());
    assert!(answer.is_none(), "{answer:?}");
}

/// At a SIGHUP, so that the test need not wait for the relay to look by itself.
#[cfg(unix)]
#[test]
fn a_renewed_certificate_is_used_without_a_restart_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let files = renew(folder.path());
    let old = trusted(&files);
    let mut serve = command(&database);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--tls-certificate"]);
    serve
        .arg(&files.certificate)
        .arg("--tls-key")
        .arg(&files.key);
    let relay = Program::run_tls(serve);
    assert!(
        ask(relay.address, &old, HEALTH)
            .unwrap()
            .starts_with("HTTP/1.1 200")
    );

    fs::write(&files.key, "half a ke").unwrap();
    relay.signal("HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert!(
        ask(relay.address, &old, HEALTH).is_ok(),
        "the old one stays"
    );

    let new = trusted(&renew(folder.path()));
    relay.signal("HUP");
    let is_renewed = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        ask(relay.address, &new, HEALTH).is_ok()
    });
    assert!(is_renewed, "the new certificate is not used");
    assert!(ask(relay.address, &old, HEALTH).is_err());
}

#[cfg(unix)]
#[test]
fn a_relay_without_a_certificate_takes_no_notice_of_a_hangup() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Program::serve(&folder.path().join("relay.db"));
    relay.signal("HUP");
    std::thread::sleep(Duration::from_millis(300));
    let health = crate::socket::get(relay.address, "/healthz", "");
    assert_eq!(health.status, 200);
}

#[test]
fn a_certificate_that_can_not_be_used_is_named_before_the_port_opens() {
    let folder = tempfile::tempdir().unwrap();
    let files = renew(folder.path());
    let other = tempfile::tempdir().unwrap();
    let other = renew(other.path());
    let refused = |certificate: &Path, key: &Path| {
        let mut serve = command(&folder.path().join("relay.db"));
        serve.args(["serve", "--listen", "127.0.0.1:0", "--tls-certificate"]);
        serve.arg(certificate).arg("--tls-key").arg(key);
        failure(serve)
    };
    let mixed = refused(&files.certificate, &files.certificate);
    assert!(mixed.contains("holds no private key"), "{mixed}");
    assert!(refused(&files.key, &files.key).contains("holds no certificate"));
    let missing = refused(Path::new("/nowhere.pem"), &files.key);
    assert!(missing.contains("/nowhere.pem"), "{missing}");
    let foreign = fs::write(folder.path().join("foreign.pem"), "").map(|()| {
        let key = folder.path().join("foreign.pem");
        let CertifiedKey { signing_key, .. } =
            generate_simple_self_signed(vec![NAME.to_owned()]).unwrap();
        fs::write(&key, signing_key.serialize_pem()).unwrap();
        refused(&files.certificate, &key)
    });
    assert!(foreign.unwrap().contains("can't be used"));
    drop(other);
}

fn failure(mut serve: Command) -> String {
    let output = serve.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}
