//! A log as a busy office has it after years: the same every time.

use anyhow::{Context, Result};
use bohao_store::Store;
use rusqlite::{Connection, params};
use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// To be raised whenever another log is made.
const VERSION: u32 = 2;
/// The instant of the oldest call.
const FIRST: i64 = 1_640_995_200_000;
/// Calls that are taken into the index at a time.
const BATCH: u32 = 250;

const SURNAMES: &str =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单";
const GIVEN: &str =
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华建国文斌志鹏海燕玉兰春梅晓东子轩";
const TRADE_NAMES: [&str; 12] = [
    "远航",
    "顺达",
    "宏图",
    "金桥",
    "恒信",
    "天成",
    "瑞丰",
    "长青",
    "东方",
    "新世纪",
    "重庆银行",
    "鼎盛",
];
const TRADES: [&str; 10] = [
    "物流", "科技", "贸易", "装饰", "教育", "食品", "机械", "地产", "医疗", "服装",
];
const SAID: [&str; 14] = [
    "要报价",
    "下周三再联系",
    "已发合同",
    "没空，晚点打",
    "让加微信",
    "价格太高",
    "找采购部",
    "老客户介绍",
    "要样品",
    "月底付款",
    "打错了",
    "不需要",
    "转财务",
    "明天上午回电",
];
/// Outcomes of calls that were connected, and of others: those that a new desk begins with.
const OF_CONNECTED: [i64; 5] = [1, 2, 3, 3, 6];
const OF_OTHERS: [i64; 3] = [4, 4, 5];
/// Calls at the end of the log whose recordings are still to be fetched.
const NEWEST: usize = 2_000;
const REASONS: [&str; 5] = ["用户忙", "无人接听", "用户关机", "呼叫超时", "空号"];

/// Numbers without meaning, the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    /// One below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % sides as u64).unwrap_or(0)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len())]
    }

    fn letter(&mut self, letters: &str) -> char {
        let place = self.roll(letters.chars().count());
        letters.chars().nth(place).unwrap_or('王')
    }
}

/// One call.
pub struct Call {
    pub subid: String,
    pub own: String,
    pub number: String,
    pub started_at: i64,
    pub duration: i64,
    pub status: &'static str,
    pub reason: Option<&'static str>,
    pub note: String,
    pub outcome: Option<i64>,
    pub customer: Customer,
}

/// Who was called.
pub struct Customer {
    pub name: String,
    pub company: String,
    /// Whether the desk has a customer for the number.
    pub known: bool,
}

/// The call of this place: about one a minute in working hours, for years.
pub fn call(place: usize, dice: &mut Dice) -> Call {
    const HEADS: [&str; 8] = ["138", "139", "136", "150", "158", "186", "189", "177"];
    let started_at = FIRST + i64::try_from(place * 110 + dice.roll(90)).unwrap_or(0) * 1000;
    // Customers are called several times: there are a fifth as many numbers as calls.
    let mut customer = Dice::new(dice.roll(200_000) as u64);
    let number = format!("{}{:08}", customer.of(&HEADS), customer.roll(100_000_000));
    let (status, duration, reason) = match dice.roll(10) {
        0..=4 => ("connected", 1 + dice.roll(40) * dice.roll(40), None),
        5..=8 => ("not_connected", 0, Some(dice.of(&REASONS))),
        _ => ("failed", 0, Some("线路故障")),
    };
    let customer = who(&mut customer);
    let outcomes: &[i64] = match status {
        "connected" => &OF_CONNECTED,
        _ => &OF_OTHERS,
    };
    let outcome = outcomes.get(dice.roll(2 * outcomes.len())).copied();
    let stamp = 20_210_725_000_000 + started_at / 1000 % 1_000_000_000;
    Call {
        subid: format!("04{stamp}{:010}", dice.roll(9_999_999_999)),
        own: format!("1390000{:04}", dice.roll(5)),
        number,
        started_at,
        duration: i64::try_from(duration).unwrap_or(0),
        status,
        reason,
        note: note(dice, &customer),
        outcome,
        customer,
    }
}

/// The same for the same number.
fn who(customer: &mut Dice) -> Customer {
    let surname = customer.letter(SURNAMES);
    let name = match customer.roll(3) {
        0 => format!("{surname}总"),
        1 => format!("{surname}{}", customer.letter(GIVEN)),
        _ => format!(
            "{surname}{}{}",
            customer.letter(GIVEN),
            customer.letter(GIVEN)
        ),
    };
    Customer {
        name,
        company: format!("{}{}", customer.of(&TRADE_NAMES), customer.of(&TRADES)),
        known: customer.roll(10) < 6,
    }
}

fn note(dice: &mut Dice, customer: &Customer) -> String {
    let who = &customer.name;
    match dice.roll(10) {
        0..=4 => String::new(),
        5 => format!("{} {who} {}", customer.company, dice.of(&SAID)),
        6 | 7 => format!("{who}，{}", dice.of(&SAID)),
        8 => dice.of(&SAID).to_owned(),
        _ => format!(
            "{who}：{}，报价 {} 元",
            dice.of(&SAID),
            100 + dice.roll(9_000)
        ),
    }
}

/// The log in this folder, made if it is not there yet.
pub fn log(folder: &Path, calls: usize) -> Result<Store> {
    let whole = folder.join(format!("whole-{VERSION}-{calls}"));
    let path = folder.join("bohao.db");
    if !whole.exists() {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        make(&path, calls)?;
        fs::write(whole, "")?;
    }
    let store = Store::open(&path, FIRST)?.store;
    build(&store)?;
    Ok(store)
}

/// A database of so many calls, as an older program left it: without an index of searches.
pub fn make(path: &Path, calls: usize) -> Result<()> {
    drop(Store::open(path, FIRST)?);
    let mut raw = Connection::open(path)?;
    raw.pragma_update(None, "synchronous", "OFF")?;
    let transaction = raw.transaction()?;
    let mut dice = Dice::new(1);
    let mut met = HashSet::new();
    for place in 0..calls {
        let call = call(place, &mut dice);
        if call.customer.known && met.insert(call.number.clone()) {
            meet(&transaction, &call)?;
        }
        insert(&transaction, place, &call, place + NEWEST >= calls)?;
        if place % 100_000 == 0 {
            eprintln!("{place} calls are made");
        }
    }
    // As an older program left it: without an index.
    transaction.execute_batch(&format!(
        "DELETE FROM search_due; DELETE FROM names_due; UPDATE search_built SET built_from = {};",
        i64::MAX
    ))?;
    transaction.commit()?;
    raw.close()
        .map_err(|(_, error)| error)
        .context("closing the log")
}

/// Writes down who is behind a number.
fn meet(connection: &Connection, call: &Call) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO customers (name, company, added_at, changed_at) VALUES (?1, ?2, ?3, ?3)",
        )?
        .execute(params![
            call.customer.name,
            call.customer.company,
            call.started_at
        ])?;
    connection
        .prepare_cached("INSERT INTO customer_numbers VALUES (?1, last_insert_rowid(), ?2)")?
        .execute(params![call.number, call.started_at])?;
    Ok(())
}

/// Writes a call's row, what came of it and where its recording is, as the desk would have.
fn insert(connection: &Connection, place: usize, call: &Call, newest: bool) -> Result<()> {
    let id = format!("00000000-0000-7000-8000-{place:012}");
    connection
        .prepare_cached(
            "INSERT INTO calls (call, subid, state, status, tel_a, tel_x, tel_b, at, recorded_at,
                 started_at, ended_at, duration, record_reason, note, placed_here, outcome)
             VALUES (?1, ?2, 'recorded', ?3, ?4, '02155501234', ?5, ?6, ?6, ?6, ?6 + ?7 * 1000, ?7,
                 ?8, ?9, 1, ?10)",
        )?
        .execute(params![
            id,
            call.subid,
            call.status,
            call.own,
            call.number,
            call.started_at,
            call.duration,
            call.reason,
            call.note,
            call.outcome
        ])?;
    if let Some(outcome) = call.outcome {
        connection
            .prepare_cached(
                "INSERT INTO outcome_changes (call, at, outcome, chooser) VALUES (?1, ?2, ?3, '')",
            )?
            .execute(params![id, call.started_at, outcome])?;
    }
    if call.status == "connected" {
        let state = match (newest, place.is_multiple_of(50)) {
            (true, _) => "waiting",
            (false, true) => "gone",
            (false, false) => "saved",
        };
        let starred_at = place.is_multiple_of(301).then_some(call.started_at);
        connection
            .prepare_cached(
                "INSERT INTO recordings (call, state, kept_until, starred_at, updated_at)
                 VALUES (?1, ?2, ?3 + 2592000000, ?4, ?3)",
            )?
            .execute(params![id, state, call.started_at, starred_at])?;
    }
    Ok(())
}

fn build(store: &Store) -> Result<()> {
    let began = Instant::now();
    let mut longest = 0.0_f64;
    let before = store.read_blocking(|db| db.search().built())?;
    loop {
        let step = Instant::now();
        let taken = store.write_blocking(|tx| tx.search().build(BATCH))?;
        longest = longest.max(step.elapsed().as_secs_f64());
        if taken == 0 {
            break;
        }
    }
    if !before.is_whole() {
        let seconds = began.elapsed().as_secs_f64();
        let calls = before.total - before.done;
        println!(
            "The index of {calls} calls was built in {seconds:.0} s beside the log's use, {BATCH} at a time, at most {:.0} ms each.\n",
            longest * 1000.0
        );
    }
    Ok(())
}
