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
use stage::{List, Person, Stage};
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
        stage
            .fill(
                &station.data_dir(),
                &look.people(),
                look.notes(),
                look.list(),
            )
            .await;
        let page = station.open(&bohao).await;
        for entry in stage.entries() {
            ask(&page, "mutate", entry).await;
        }
        for (number, hours, why) in look.agreed() {
            let at = stage::now() + hours * 3_600_000;
            let agreed = json!({"number": number, "at": at, "why": why});
            let add = json!({"name": "AddFollowUp", "args": agreed});
            ask(&page, "mutate", add).await;
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
    page.see("[data-testid=\"player-wave\"][data-drawn=\"true\"]")
        .await;
    // Arrow keys go five seconds on.
    page.type_into("player-wave", &"\u{e014}".repeat(13)).await;
    page.run("document.activeElement.blur()", &[]).await;
    take(page, folder, "calls", look).await;
    page.click("nav-lists").await;
    page.see("[data-testid=\"list-row\"]").await;
    page.click("list-row").await;
    page.see("[data-testid=\"lead\"]").await;
    take(page, folder, "lists", look).await;
    page.click("nav-customers").await;
    page.see("[data-testid=\"customer-row\"]").await;
    page.click("customer-row").await;
    take(page, folder, "customers", look).await;
    page.click("nav-follow_ups").await;
    page.see("[data-testid=\"follow-up-rows\"]").await;
    // The arrow key down.
    page.type_into("follow-up-rows", "\u{e015}").await;
    take(page, folder, "follow-ups", look).await;
    page.click("nav-reports").await;
    page.see("[data-testid=\"report-own-numbers\"]").await;
    take(page, folder, "reports", look).await;
    page.click("nav-settings").await;
    page.see("[data-testid=\"language-select\"]").await;
    take(page, folder, "settings", look).await;

    page.resize(NARROW.0, NARROW.1).await;
    for screen in ["dial", "calls"] {
        page.click(&format!("nav-{screen}")).await;
        if screen == "calls" {
            page.see("[data-testid=\"player-wave\"][data-drawn=\"true\"]")
                .await;
        }
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
    fn people(self) -> [Person; 6] {
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

    /// Whom to call again, in how many hours, and why.
    fn agreed(self) -> [(&'static str, i64, &'static str); 4] {
        let why = match self.language {
            "zh" => ["报两吨冷链价", "采购经理回来", "确认样品", "月底续约"],
            _ => [
                "Quote for two tons",
                "Buyer is back",
                "Ask about the samples",
                "Contract ends",
            ],
        };
        [
            ("13922104471", 2, why[0]),
            ("18655500917", 4, why[1]),
            ("13155507782", 21, why[2]),
            ("15955503365", 68, why[3]),
        ]
    }

    /// Who is called today: some were called this morning.
    fn list(self) -> List {
        let (name, header, rest): (_, _, [(&str, &str, &str, &str); 9]) = match self.language {
            "zh" => (
                "十一月冷链名单",
                "姓名,手机号,公司名称,备注",
                [
                    ("13855507719", "钱进", "蜀山农贸", ""),
                    ("13655508203", "何璐", "绿源农业", "嫌运价高"),
                    ("15255504410", "高翔", "皖江物流", ""),
                    (
                        "17755506054",
                        "孙倩",
                        "鲜达生鲜",
                        "三月询过价；开场先问仓库位置。",
                    ),
                    (
                        "13122107782",
                        "郑浩",
                        "顺冷供应链",
                        "对接人换了，先确认采购归谁管。",
                    ),
                    ("18822100146", "蒋涛", "蓝海水产", ""),
                    ("15922103365", "冯雪", "佳木冷库", ""),
                    ("13722105518", "欧阳明月", "江北食品", "要旺季报价"),
                    ("18022107706", "沈浩", "环城配送", ""),
                ],
            ),
            _ => (
                "Cold chain, November",
                "name,number,company,note",
                [
                    ("13855507719", "Qian Jin", "Shushan Market", ""),
                    (
                        "13655508203",
                        "He Lu",
                        "Lvyuan Farms",
                        "Finds freight too dear",
                    ),
                    ("15255504410", "Gao Xiang", "Wanjiang Logistics", ""),
                    (
                        "17755506054",
                        "Sun Qian",
                        "Xianda Fresh",
                        "Asked for a price in March. Begin with where the warehouse is.",
                    ),
                    (
                        "13122107782",
                        "Zheng Hao",
                        "Shunleng Supply",
                        "New contact: ask first who buys.",
                    ),
                    ("18822100146", "Jiang Tao", "Lanhai Seafood", ""),
                    ("15922103365", "Feng Xue", "Jiamu Cold Store", ""),
                    (
                        "13722105518",
                        "Ouyang Mingyue",
                        "Jiangbei Foods",
                        "Wants a price for the season",
                    ),
                    ("18022107706", "Shen Hao", "Huancheng Delivery", ""),
                ],
            ),
        };
        let known = self
            .people()
            .map(|(number, name, company)| (number, name, company, ""));
        // Who is dialled on the picture of the dial screen is no lead.
        let known = known
            .into_iter()
            .filter(|(number, ..)| *number != "18855500146");
        let rows = known.chain(rest);
        let rows =
            rows.map(|(number, name, company, note)| format!("{name},{number},{company},{note}"));
        let sheet = [header.to_owned()].into_iter().chain(rows);
        let sheet = sheet.collect::<Vec<_>>().join("\n");
        List { name, sheet }
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
