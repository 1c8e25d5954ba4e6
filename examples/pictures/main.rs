//! Takes the pictures of the docs again, from the real window.
//!
//! `cargo xtask pictures` builds the program and runs this on a display of its own. Platform and
//! relay are this program's: the numbers are examples, and nobody was called.
#![expect(
    clippy::print_stdout,
    reason = "saying what was drawn is this program's purpose"
)]

mod stage;
#[path = "../../tests/desktop/station.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod station;
mod voice;
#[path = "../../tests/desktop/webdriver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod webdriver;

use serde_json::{Value, json};
use stage::Stage;
use station::Station;
use std::path::{Path, PathBuf};
use std::time::Duration;
use webdriver::Page;

/// What a window has by itself.
const SIZE: (u32, u32) = (1180, 740);
const NARROW: (u32, u32) = (800, 600);
/// The hour on the pictures, wherever and whenever they are taken.
const HOUR: i64 = 14;

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

    for look in Look::ALL {
        let stage = Stage::set().await;
        let mut station = Station::told(vec![("TZ", zone())]);
        stage.fill(&station.data_dir(), look.notes()).await;
        let page = station.open(&bohao).await;
        for entry in stage.entries() {
            ask(&page, "mutate", entry).await;
        }
        for (number, name, company) in look.people() {
            let person = json!({"number": number, "name": name, "company": company});
            let known = json!({"name": "AddCustomer", "args": person});
            ask(&page, "mutate", known).await;
        }
        look.put_on(&page).await;
        page.resize(SIZE.0, SIZE.1).await;
        show(&page, &folder, look).await;
        station.quit();
        stage.strike().await;
    }
}

/// Goes through the screens of a desk in the middle of its day.
async fn show(page: &Page, folder: &Path, look: Look) {
    page.see("[data-testid=\"sync-state\"][data-phase=\"live\"]")
        .await;
    page.type_into("number-input", "18855500146").await;
    page.see("[data-testid=\"dial-button\"]:not(:disabled)")
        .await;
    page.click("dial-button").await;
    page.see("[data-testid=\"live-card\"][data-state=\"accepted\"]")
        .await;
    page.type_into("number-input", "139 2210 4471").await;
    page.see("[data-testid=\"dial-button\"]:not(:disabled)")
        .await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    take(page, folder, "dial", look).await;

    page.click("nav-calls").await;
    let newest = json!({"name": "CallsQuery", "args": {"search": "4471", "limit": 1}});
    let newest = ask(page, "query", newest).await;
    let call = newest["rows"][0]["call"].clone();
    let choose = "document.querySelector(`[data-call=\"${arguments[0]}\"]`).click()";
    page.see("[data-testid=\"call-row\"]").await;
    page.run(choose, &[call]).await;
    page.see("[data-testid=\"recording\"][data-state=\"saved\"]")
        .await;
    // Arrow keys go five seconds on.
    page.type_into("player-wave", &"\u{e014}".repeat(13)).await;
    page.run("document.activeElement.blur()", &[]).await;
    take(page, folder, "calls", look).await;
    page.click("nav-customers").await;
    page.see("[data-testid=\"customer-row\"]").await;
    page.click("customer-row").await;
    take(page, folder, "customers", look).await;
    page.click("nav-reports").await;
    page.see("[data-testid=\"report-own-numbers\"]").await;
    take(page, folder, "reports", look).await;
    page.click("nav-settings").await;
    page.see("[data-testid=\"language-select\"]").await;
    take(page, folder, "settings", look).await;

    page.resize(NARROW.0, NARROW.1).await;
    for screen in ["dial", "calls"] {
        page.click(&format!("nav-{screen}")).await;
        take(page, folder, &format!("{screen}-narrow"), look).await;
    }
}

/// A zone in which it is the hour of the pictures now.
fn zone() -> String {
    let hour = stage::now() / 3_600_000 % 24;
    let ahead = (HOUR - hour + 9).rem_euclid(24) - 9;
    // These names count the hours behind Greenwich.
    format!("Etc/GMT{:+}", -ahead)
}

async fn ask(page: &Page, verb: &str, request: Value) -> Value {
    let script = "return window.__TAURI_INTERNALS__.invoke(arguments[0], {request: arguments[1]});";
    page.run(script, &[json!(verb), request]).await
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

    /// What was written down at the latest calls that came about, the newest first.
    fn notes(self) -> [&'static str; 3] {
        match self.language {
            "zh" => [
                "想要两吨冷链报价，周四前发",
                "采购经理不在，明早再打",
                "已发样品单",
            ],
            _ => [
                "Wants a quote for two tons by Thursday",
                "Buyer is out, try tomorrow",
                "Sent the sample list",
            ],
        }
    }

    /// Who is behind some of the numbers.
    fn people(self) -> [(&'static str, &'static str, &'static str); 6] {
        match self.language {
            "zh" => [
                ("13922104471", "陈雨桐", "远航冷链"),
                ("18655500917", "周建明", "合肥新桥食品"),
                ("15055509023", "李晓燕", "江淮商贸"),
                ("13155507782", "王志强", "皖中机电"),
                ("18855500146", "孙丽", "庐阳百货"),
                ("15955503365", "赵文博", "滨湖物流"),
            ],
            _ => [
                ("13922104471", "Chen Yutong", "Yuanhang Cold Chain"),
                ("18655500917", "Zhou Jianming", "Xinqiao Foods"),
                ("15055509023", "Li Xiaoyan", "Jianghuai Trading"),
                ("13155507782", "Wang Zhiqiang", "Wanzhong Electric"),
                ("18855500146", "Sun Li", "Luyang Stores"),
                ("15955503365", "Zhao Wenbo", "Binhu Logistics"),
            ],
        }
    }

    async fn put_on(self, page: &Page) {
        let change = json!({"name": "ChangeSettings", "args": {
            "language": self.language,
            "theme": self.theme,
        }});
        ask(page, "mutate", change).await;
        page.see(&format!("html[lang^=\"{}\"]", self.language))
            .await;
        page.see(&format!("html[data-theme=\"{}\"]", self.theme))
            .await;
    }
}

async fn take(page: &Page, folder: &Path, screen: &str, look: Look) {
    // What moves on a screen moves for an eighth of a second.
    tokio::time::sleep(Duration::from_millis(400)).await;
    let picture = page.picture().await;
    let name = format!("{screen}-{}-{}.png", look.language, look.theme);
    std::fs::write(folder.join(&name), picture).expect("the picture is kept");
    println!("{name}");
}
