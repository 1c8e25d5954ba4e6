//! `serve`: the UI in a browser on this machine.
//!
//! Whoever can open the printed address gets the one session there is; nobody else on this
//! machine does, and no page of another site.

mod announcement;
mod api;
mod connections;
mod door;
mod events;
mod exports;
mod pages;
mod recordings;
mod sheets;

use crate::commands::Context;
use crate::failure::{Exit, Failure};
use crate::signals;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post, put};
use bohao_engine::{Desk, Opening};
use door::Door;
use exports::Exports;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// A request of the contract; files go another way.
const MAX_BODY: usize = 1024 * 1024;
/// What is under way gets so long at the end, and so does the desk after it.
const GRACE: Duration = Duration::from_millis(1200);

/// What every request is answered from.
#[derive(Clone)]
struct App {
    desk: Desk,
    door: Arc<Door>,
    exports: Exports,
    stopping: CancellationToken,
}

/// Serves until it is told to end.
///
/// # Errors
/// An address that is no loopback one or is taken, `InUse`, or a fault of the desk.
pub async fn run(context: &Context, listen: &str, practice: bool) -> Result<Exit, Failure> {
    let address = loopback(listen)?;
    let stopping = CancellationToken::new();
    // Before anything else, so that a signal during the start is not lost.
    signals::end_on_signal(stopping.clone())?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| taken(address, &error))?;
    let address = listener.local_addr().map_err(Failure::internal)?;
    let desk = context
        .open(match practice {
            true => Opening::Practice,
            false => Opening::Remembered,
        })
        .await?;
    let served = serve(context, &desk, listener, address, stopping).await;
    // A dial that still waits for its answer is in the journal; the next start finds it there.
    let _ = timeout(GRACE, desk.close()).await;
    served
}

async fn serve(
    context: &Context,
    desk: &Desk,
    listener: TcpListener,
    address: SocketAddr,
    stopping: CancellationToken,
) -> Result<Exit, Failure> {
    desk.start().await?;
    let door = Arc::new(Door::new(address).map_err(Failure::internal)?);
    let app = App {
        desk: desk.clone(),
        door: door.clone(),
        exports: Exports::default(),
        stopping: stopping.clone(),
    };
    announcement::print(context.output, &door)?;
    let deadline = connections::HEAD_DEADLINE;
    let serving = connections::serve(listener, routes(app), deadline, stopping.clone());
    let end = async {
        stopping.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        () = serving => {}
        () = end => {}
    }
    Ok(Exit::Done)
}

fn routes(app: App) -> Router {
    let api = Router::new()
        .route("/api/{verb}", post(api::answer))
        .route("/api/events", get(events::stream))
        .route("/api/recording/{call}", get(recordings::hand_out))
        .route("/api/export/{number}", get(exports::hand_out))
        .route(
            "/api/import",
            put(sheets::hand_over).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/import/{file}/rejected", get(sheets::rejected))
        .route(
            "/api/import/{file}/rejected-leads",
            get(sheets::rejected_leads),
        )
        .method_not_allowed_fallback(api::other_method)
        .layer(from_fn_with_state(app.clone(), door::only_the_session))
        .layer(from_fn(pages::never_kept));
    Router::new()
        .route("/", get(pages::index))
        .fallback(pages::file)
        .method_not_allowed_fallback(api::other_method)
        .merge(api)
        .layer(from_fn_with_state(app.clone(), door::only_this_host))
        .layer(from_fn(pages::guarded))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(app)
}

fn loopback(listen: &str) -> Result<SocketAddr, Failure> {
    let unusable = || {
        Failure::input(
            format!("{listen} 不是可用的地址；例如 127.0.0.1:0"),
            format!("{listen} is no address to listen on; 127.0.0.1:0 is one"),
        )
    };
    let address = match listen.strip_prefix("localhost:") {
        Some(port) => SocketAddr::new(
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            port.parse().map_err(|_| unusable())?,
        ),
        None => listen.parse().map_err(|_| unusable())?,
    };
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(Failure::input(
        format!("{listen} 会让其他机器访问到你的通话；只能监听 127.0.0.1 或 [::1]"),
        format!(
            "{listen} would let other machines at your calls; only 127.0.0.1 and [::1] are served"
        ),
    ))
}

fn taken(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::Input {
        code: "address_taken",
        chinese: format!("无法监听 {address}：{error}"),
        english: format!("can't listen on {address}: {error}"),
    }
}
