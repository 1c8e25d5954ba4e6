//! Who is let in: one browser, by a token that works once, on this machine's own names only.

use super::App;
use super::api::refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use secrecy::{ExposeSecret, SecretString};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

/// The door of one server.
pub struct Door {
    /// `host:port` as a browser may name this server.
    names: Vec<String>,
    /// Cookies know no ports: each server on this machine needs a name of its own.
    cookie: String,
    token: Mutex<Option<SecretString>>,
    address: SecretString,
    session: SecretString,
}

impl Door {
    /// A door with a fresh token and a fresh session.
    ///
    /// # Errors
    /// If the system has no chance to give.
    pub fn new(address: SocketAddr) -> Result<Self, getrandom::Error> {
        let token = fresh_secret()?;
        let port = address.port();
        let shown = format!("http://{address}/?token={}", token.expose_secret());
        Ok(Door {
            names: vec![address.to_string(), format!("localhost:{port}")],
            cookie: format!("bohao_{port}"),
            token: Mutex::new(Some(token)),
            address: shown.into(),
            session: fresh_secret()?,
        })
    }

    /// The address to open, with the one-time token.
    pub fn address(&self) -> SecretString {
        self.address.clone()
    }

    /// Takes the token, once, for the `Set-Cookie` of the session.
    pub fn enter(&self, token: &str) -> Option<String> {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = kept.as_ref().is_some_and(|kept| same(kept, token));
        if !fits {
            return None;
        }
        *kept = None;
        let (cookie, session) = (&self.cookie, self.session.expose_secret());
        Some(format!(
            "{cookie}={session}; HttpOnly; SameSite=Strict; Path=/"
        ))
    }

    /// Whether the request bears the session's cookie.
    pub fn knows(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == self.cookie && same(&self.session, value))
    }

    /// Whether the request names this server, and not one whose name was made to point here.
    fn is_named(&self, headers: &HeaderMap) -> bool {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        host.is_some_and(|host| {
            self.names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(host))
        })
    }

    /// Whether the request comes from this server's own page, as far as it says where from.
    pub fn is_own(&self, headers: &HeaderMap) -> bool {
        let own_origin = headers.get(header::ORIGIN).is_none_or(|origin| {
            let host = origin
                .to_str()
                .ok()
                .and_then(|it| it.strip_prefix("http://"));
            host.is_some_and(|host| {
                self.names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(host))
            })
        });
        // Another port of this machine is the same site to a browser, and another page all the same.
        let own_page = headers
            .get("sec-fetch-site")
            .is_none_or(|site| site == "same-origin" || site == "none");
        own_origin && own_page
    }
}

/// Turns away requests under a name that is not this server's.
pub async fn only_this_host(State(app): State<App>, request: Request, next: Next) -> Response {
    match app.door.is_named(request.headers()) {
        true => next.run(request).await,
        false => refusal(
            StatusCode::FORBIDDEN,
            "wrong_host",
            "this server answers under its loopback address only",
        ),
    }
}

/// Lets the session alone at the desk.
pub async fn only_the_session(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !app.door.is_own(headers) {
        return refusal(
            StatusCode::FORBIDDEN,
            "wrong_origin",
            "the request comes from another page",
        );
    }
    if !app.door.knows(headers) {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "host_locked",
            "open the address that the terminal printed",
        );
    }
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.trim_start().starts_with("application/json"));
    if request.method() == Method::POST && !is_json {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "bad_input",
            "a request is application/json",
        );
    }
    next.run(request).await
}

fn same(secret: &SecretString, given: &str) -> bool {
    secret
        .expose_secret()
        .as_bytes()
        .ct_eq(given.as_bytes())
        .into()
}

/// 256 bits, in hex.
fn fresh_secret() -> Result<SecretString, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hex::encode(bytes).into())
}
