//! F7: from a push at the relay to its row on the screen of the real window.
//!
//! `cargo xtask bench dial` builds the program and runs this on a display of its own. A row is on
//! screen when the frame that shows it has been painted.
#![expect(
    clippy::print_stdout,
    reason = "printing a table is this program's purpose"
)]

#[path = "../crates/engine/examples/latency/figures.rs"]
mod figures;
#[path = "../tests/desktop/station.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod station;
#[path = "../tests/desktop/webdriver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod webdriver;

use bohao_relay::{NewSeat, Settings};
use figures::Figures;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use station::Station;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use webdriver::Page;

const PUSHES: usize = 100;
const GOAL: f64 = 100.0;
/// Screens come to rest, and polls are parked again.
const REST: Duration = Duration::from_millis(300);

/// Notes what the first row of a list says whenever a frame with another page was painted.
const WATCH: &str = "
    window.seen = [];
    const note = () => {
        const first = document.querySelector('[role=\"option\"]');
        if (first) seen.push([first.textContent.replace(/\\s/g, ''), Date.now()]);
    };
    new MutationObserver(() => requestAnimationFrame(() => setTimeout(note)))
        .observe(document.body, {subtree: true, childList: true, characterData: true});";

#[tokio::main]
async fn main() {
    let Some(bohao) = std::env::args_os().nth(1).map(PathBuf::from) else {
        println!("usage: arrival BOHAO (see `cargo xtask bench dial`)");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder for the relay");
    let (relay, seat) = paired(folder.path().join("relay.db")).await;
    let mut station = Station::told(vec![
        ("BOHAO_APP_KEY", "bench-key".to_owned()),
        ("BOHAO_APP_SECRET", "bench-secret".to_owned()),
        ("BOHAO_TEL_A", "13800006620".to_owned()),
        ("BOHAO_RELAY_URL", relay.url().to_string()),
        (
            "BOHAO_RELAY_TOKEN",
            seat.read_token.expose_secret().to_owned(),
        ),
    ]);
    let page = station.open(&bohao).await;
    page.see("[data-testid=\"number-input\"]").await;
    page.run(WATCH, &[]).await;
    tokio::time::sleep(REST).await;
    let today = arrivals(&page, &seat, 1000).await;
    page.click("nav-calls").await;
    page.see("[data-testid=\"call-row\"]").await;
    tokio::time::sleep(REST).await;
    let calls = arrivals(&page, &seat, 2000).await;
    page.close().await;
    station.cut_off();
    let _ = relay.stop().await;

    println!("## F7: from a push to the row on screen, in the real window, {PUSHES} pushes each\n");
    figures::head();
    today.row("**push sent to the row painted: the dial screen's list of today**");
    calls.row("**push sent to the row painted: the screen of all calls**");
    println!();
    for (screen, figures) in [("today", &today), ("all calls", &calls)] {
        let figure = figures.at(0.99);
        let verdict = figures::verdict(figure, GOAL);
        println!("- {screen}: {figure:.0} ms at p99, goal ≤ {GOAL} ms: {verdict}");
    }
}

async fn paired(database: PathBuf) -> (bohao_relay::Running, NewSeat) {
    let relay = bohao_relay::start(Settings::new(database), ([127, 0, 0, 1], 0).into())
        .await
        .expect("the relay starts");
    let (seats, now) = (relay.seats().clone(), milliseconds(now()));
    let seat = tokio::task::spawn_blocking(move || seats.add("bench", now)).await;
    let seat = seat.expect("nothing stops it").expect("an empty relay");
    (relay, seat)
}

/// Pushes records one by one whose customers' numbers end with the four digits from `first` on.
async fn arrivals(page: &Page, seat: &NewSeat, first: usize) -> Figures {
    let client = reqwest::Client::new();
    let mut figures = Figures::default();
    for digits in first..first + PUSHES {
        let pushed = now();
        let push = client
            .post(seat.push_url.expose_secret())
            .json(&record(digits, milliseconds(pushed)));
        let answer = push.send().await.expect("the relay answers");
        assert!(answer.status().is_success(), "the relay stored the push");
        let painted = painted(page, digits).await;
        figures.add(painted.saturating_sub(pushed));
        tokio::time::sleep(REST).await;
    }
    figures
}

/// When the row of a customer was first seen, since 1970, to the millisecond.
async fn painted(page: &Page, digits: usize) -> Duration {
    let seen = "return window.seen.find(([text]) => text.includes(arguments[0]))?.[1] ?? null";
    loop {
        if let Some(at) = page.run(seen, &[json!(digits.to_string())]).await.as_u64() {
            return Duration::from_millis(at);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn record(digits: usize, at: i64) -> Value {
    json!({
        "subid": format!("bench-{digits}"),
        "telA": "13800006620",
        "telB": format!("1392210{digits}"),
        "startTime": at.to_string(),
        "endTime": at.to_string(),
        "duration": 0,
        "status": 2,
        "unaswRsn": "无应答",
    })
}

fn milliseconds(since_1970: Duration) -> i64 {
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement compares this program's clock with the page's"
)]
fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
