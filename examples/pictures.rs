//! Takes the pictures of the docs again, from the real window.
//!
//! `cargo xtask pictures` builds the program and runs this on a display of its own. Everything on
//! the pictures is practice: the numbers are examples, and nobody was called.
#![expect(
    clippy::print_stdout,
    reason = "saying what was drawn is this program's purpose"
)]

#[path = "../tests/desktop/station.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod station;
#[path = "../tests/desktop/webdriver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod webdriver;

use base64::Engine;
use bohao_engine::{Desk, Opening, Surroundings};
use bohao_wire::{
    CallsQuery, Event, ImportRecords, Mode, Mutations, PlaceCall, Queries, RecordingState, SetMode,
    SetNote,
};
use serde_json::json;
use station::Station;
use std::path::{Path, PathBuf};
use webdriver::Page;

/// What a window has by itself.
const SIZE: (u32, u32) = (1180, 740);
const NARROW: (u32, u32) = (800, 600);
/// Customers whose last digits choose how their practice call ends.
const CUSTOMERS: [&str; 7] = [
    "13922104471", // connected
    "18655500917", // connected
    "13777700001", // not answered
    "02155553300", // connected
    "15777700005", // busy
    "15055509023", // connected
    "13377700004", // out of credit
];
const NOTE: &str = "想要两吨冷链报价，周四前发";

#[tokio::main]
async fn main() {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(bohao), Some(folder)) = (words.next(), words.next()) else {
        println!("usage: pictures BOHAO FOLDER (see `cargo xtask pictures`)");
        return;
    };
    std::fs::create_dir_all(&folder).expect("a folder for the pictures");

    let mut empty = Station::new();
    let page = empty.open(&bohao).await;
    page.resize(SIZE.0, SIZE.1).await;
    for look in Look::ALL {
        look.put_on(&page).await;
        page.see("[data-testid=\"first-run\"]").await;
        take(&page, &folder, "first-run", look).await;
    }
    empty.quit();

    let mut station = Station::new();
    fill(&station.data_dir()).await;
    let page = station.open(&bohao).await;
    page.resize(SIZE.0, SIZE.1).await;
    for (look, customer) in Look::ALL.into_iter().zip(0u32..) {
        look.put_on(&page).await;
        page.click("nav-dial").await;
        page.type_into("number-input", &format!("1352210{:04}", 4471 + customer))
            .await;
        page.click("dial-button").await;
        page.see("[data-testid=\"live-card\"][data-state=\"accepted\"]")
            .await;
        take(&page, &folder, "dial", look).await;
        page.see("[data-testid=\"live-card\"][data-state=\"recorded\"]")
            .await;
        page.click("nav-calls").await;
        page.click("call-row").await;
        page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
            .await;
        take(&page, &folder, "calls", look).await;
        page.click("nav-settings").await;
        page.see("[data-testid=\"language-select\"]").await;
        take(&page, &folder, "settings", look).await;
    }
    let plain = Look::ALL[0];
    plain.put_on(&page).await;
    page.resize(NARROW.0, NARROW.1).await;
    for screen in ["dial", "calls"] {
        page.click(&format!("nav-{screen}")).await;
        take(&page, &folder, &format!("{screen}-narrow"), plain).await;
    }
    station.quit();
}

/// A language and a theme.
#[derive(Clone, Copy)]
struct Look {
    language: &'static str,
    theme: &'static str,
}

impl Look {
    const ALL: [Look; 4] = [
        Look {
            language: "zh",
            theme: "light",
        },
        Look {
            language: "zh",
            theme: "dark",
        },
        Look {
            language: "en",
            theme: "light",
        },
        Look {
            language: "en",
            theme: "dark",
        },
    ];

    async fn put_on(self, page: &Page) {
        let change = json!({"name": "ChangeSettings", "args": {
            "language": self.language,
            "theme": self.theme,
        }});
        let script = "return window.__TAURI_INTERNALS__.invoke('mutate', {request: arguments[0]});";
        page.run(script, &[change]).await;
        page.see(&format!("html[lang^=\"{}\"]", self.language))
            .await;
        page.see(&format!("html[data-theme=\"{}\"]", self.theme))
            .await;
    }
}

async fn take(page: &Page, folder: &Path, screen: &str, look: Look) {
    // What moves on a screen moves for an eighth of a second.
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let picture = page.picture().await;
    let name = format!("{screen}-{}-{}.png", look.language, look.theme);
    std::fs::write(folder.join(&name), picture).expect("the picture is kept");
    println!("{name}");
}

/// A week's practice: older calls brought in as a sheet would be, and today's placed one by one.
async fn fill(data_dir: &Path) {
    let around = Surroundings::apart(data_dir.to_owned());
    let now = around.now();
    let desk = Desk::open(around, Opening::Practice)
        .await
        .expect("a desk for practice");
    desk.start().await.expect("nobody else works on it");
    let older = ImportRecords {
        name: "older.json".to_owned(),
        content: base64::engine::general_purpose::STANDARD.encode(older(now).to_string()),
        dry_run: false,
    };
    desk.import_records(older)
        .await
        .expect("the older calls are read");
    for customer in CUSTOMERS {
        place(&desk, customer).await;
    }
    let first = desk
        .calls(CallsQuery {
            search: "4471".to_owned(),
            ..CallsQuery::default()
        })
        .await;
    let call = first.expect("the log answers").rows.remove(0).call;
    desk.set_note(SetNote {
        call,
        note: NOTE.to_owned(),
    })
    .await
    .expect("a note is kept");
    desk.set_mode(SetMode {
        mode: Mode::Practice,
    })
    .await
    .expect("it stays practice");
    desk.close().await;
}

/// Places a call and waits until nothing more is to come of it.
async fn place(desk: &Desk, customer: &str) {
    let mut events = desk.events();
    let order = PlaceCall {
        number: customer.to_owned(),
        ..PlaceCall::default()
    };
    let placed = desk.place_call(order).await.expect("a call can be placed");
    let bohao_wire::Placed::Accepted { call, .. } = placed else {
        return;
    };
    loop {
        if let Ok(Event::CallChanged { row, .. }) = events.recv().await
            && row.call == call
            && row.status.is_some()
            && row.recording != RecordingState::Waiting
        {
            return;
        }
    }
}

/// Records of the days before, as another desk would have exported them.
fn older(now: i64) -> serde_json::Value {
    const REASONS: [&str; 5] = ["客户未接", "客户忙", "客户关机", "无人应答", "客户拒接"];
    let records = (0i64..60).map(|step| {
        let began = now - (5 + step * 3) * 3_600_000 + (step * 37 % 50) * 60_000;
        json!({
            "subid": format!("0420261121{step:016}"),
            "telA": "13800006620",
            "telX": "13500000000",
            "telB": format!("1{}{:08}", [39, 86, 57, 50, 33][step as usize % 5], 55_500_000 + step * 7919 % 99_999),
            "startTime": began / 1000,
            "endTime": began / 1000 + 20,
            "duration": 0,
            "status": if step % 9 == 8 { 3 } else { 2 },
            "unaswRsn": REASONS[step as usize % REASONS.len()],
        })
    });
    records.collect()
}
