//! Every figure is what a look at every row of the log comes to.

use super::picture::tests::png;
use super::*;
use crate::aside::Overwrite;
use crate::import::{self, Imports};
use crate::intake::{settle_all, take_records};
use crate::{Desk, Opening, Surroundings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_store::{NewAttempt, NewLead, RecordFact};
use bohao_wire::{
    CallId, CallRow, CallState, CallStatus, CallsQuery, ExportReport, FaultCode, Headings,
    ImportId, ImportOutcome, ImportReading, ListId, NumbersShown, OutcomeId, Queries, ReportRange,
    ReportStep, RunImport, SaveReportPicture, SavedReport, TodayQuery, UndoImport,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// 2026-11-25 14:30 in Beijing, a Wednesday.
const NOW: i64 = 1_795_588_200_000;
const HOUR: i64 = 3_600_000;
const OWN: [&str; 2] = ["13800006620", "13800006621"];
const TEL_B: &str = "13922104471";

/// What befalls the log.
#[derive(Debug, Clone)]
enum Deed {
    Dial {
        own: usize,
        hours: i64,
        end: End,
        listed: bool,
    },
    Records(Vec<RecordFact>),
    Import(Vec<String>),
    Undo(usize),
    Choose {
        call: usize,
        outcome: Option<i64>,
    },
    Meet {
        call: usize,
    },
    Merge,
    Delete {
        call: usize,
    },
    Settle(u32),
}

/// What becomes of a dial.
#[derive(Debug, Clone)]
enum End {
    Sending,
    Accepted(String),
    Refused(i64),
    NotSent,
    Unknown,
}

fn subid() -> impl Strategy<Value = String> {
    (1..7).prop_map(|number| format!("s{number}"))
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Sending),
        subid().prop_map(End::Accepted),
        select(vec![7001, 9001]).prop_map(End::Refused),
        Just(End::NotSent),
        Just(End::Unknown),
    ]
}

prop_compose! {
    fn fact()(
        subid in subid(),
        status in prop::option::of(select(vec![
            CallStatus::Dialled, CallStatus::Failed, CallStatus::NotConnected,
            CallStatus::Connected, CallStatus::Connected,
        ])),
        own in prop::option::of(0..2_usize),
        tel_b in prop::option::weighted(0.9, select(vec![TEL_B, "13922104472"])),
        hours in prop::option::of(0..200_i64),
        duration in prop::option::of(0..200_i64),
        reason in prop::option::of(select(vec!["关机", "客户未接", ""])),
    ) -> RecordFact {
        RecordFact {
            subid,
            status,
            tel_a: own.map(|own| OWN[own].to_owned()),
            tel_b: tel_b.map(str::to_owned),
            started_at: hours.map(|hours| NOW - hours * HOUR),
            duration,
            reason: reason.filter(|reason| !reason.is_empty()).map(str::to_owned),
            ..RecordFact::default()
        }
    }
}

/// A row of a sheet, with a subid or without one.
fn line() -> impl Strategy<Value = String> {
    (
        prop::option::of(4..9),
        0..2_usize,
        0..200_i64,
        0..200_i64,
        select(vec!["已接通", "未接通", "失败"]),
    )
        .prop_map(|(subid, own, hours, duration, status)| {
            let subid = subid.map(|number| format!("s{number}")).unwrap_or_default();
            let began = NOW - hours * HOUR;
            format!("{subid},{},{TEL_B},{began},{duration},{status}\n", OWN[own])
        })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (0..2_usize, 0..200_i64, end(), any::<bool>())
            .prop_map(|(own, hours, end, listed)| Deed::Dial { own, hours, end, listed }),
        4 => prop::collection::vec(fact(), 1..4).prop_map(Deed::Records),
        2 => prop::collection::vec(line(), 1..6).prop_map(Deed::Import),
        1 => (0..4_usize).prop_map(Deed::Undo),
        3 => (0..9_usize, prop::option::of(1..7_i64))
            .prop_map(|(call, outcome)| Deed::Choose { call, outcome }),
        1 => (0..9_usize).prop_map(|call| Deed::Meet { call }),
        1 => Just(Deed::Merge),
        1 => (0..9_usize).prop_map(|call| Deed::Delete { call }),
        1 => (0..3_u32).prop_map(Deed::Settle),
    ]
}

/// A log to which things are done.
struct Log {
    imports: Imports,
    store: Store,
    taken: Vec<ImportId>,
    /// A list with one lead.
    list: ListId,
    dials: usize,
    _dir: tempfile::TempDir,
}

impl Log {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let opened = Store::open(dir.path().join("bohao.db"), NOW);
        let store = opened.expect("a database").store;
        let list = store.write_blocking(|tx| {
            let list = tx.lists().begin("名单", NOW)?;
            tx.leads().add(list, &lead(), 0)?;
            tx.lists().finish(list)?;
            Ok(list)
        });
        let files = AtomicU64::new(0);
        let around = import::Around {
            store: store.clone(),
            home: dir.path().to_owned(),
            clock: Arc::new(|| NOW),
            ids: Arc::new(move |_| {
                let file = files.fetch_add(1, Ordering::Relaxed);
                CallId(format!("file-{file}"))
            }),
            events: crate::notifier::events(),
            changed: Arc::new(|_| ()),
            recordings_due: Arc::new(|| ()),
            index_due: Arc::default(),
        };
        Log {
            imports: Imports::new(around, dir.path().join("imports")),
            store,
            taken: Vec::new(),
            list: list.expect("a list"),
            dials: 0,
            _dir: dir,
        }
    }

    fn rows(&self) -> Vec<CallRow> {
        self.found(&CallsQuery::default())
    }

    fn found(&self, query: &CallsQuery) -> Vec<CallRow> {
        let mut rows = Vec::new();
        let read = self.store.read_blocking(|db| {
            db.calls().each(query, u64::MAX, |row, _| {
                rows.push(row);
                ControlFlow::Continue(())
            })
        });
        read.expect("read");
        rows
    }

    fn report(&self, days: &Compared) -> Report {
        self.store
            .read_blocking(|db| read(db, days))
            .expect("a report")
    }

    fn some_call(&self, place: usize) -> Option<CallRow> {
        let rows = self.rows();
        rows.get(place % rows.len().max(1)).cloned()
    }

    async fn undergo(&mut self, deed: &Deed) {
        let called = match deed {
            Deed::Choose { call, .. } | Deed::Meet { call } | Deed::Delete { call } => {
                match self.some_call(*call) {
                    Some(row) => Some(row),
                    None => return,
                }
            }
            _ => None,
        };
        match deed {
            Deed::Import(lines) => return self.import(lines).await,
            Deed::Undo(place) => return self.undo(*place).await,
            Deed::Dial { .. } => self.dials += 1,
            Deed::Delete { .. } => {
                return called
                    .iter()
                    .for_each(|row| delete(self.store.path(), &row.call));
            }
            _ => {}
        }
        let (dial, deed) = (CallId(format!("dial-{}", self.dials)), deed.clone());
        let list = self.list;
        let written = self.store.write_blocking(|tx| {
            let calls = tx.calls();
            match (&deed, called) {
                (
                    Deed::Dial {
                        own,
                        hours,
                        end,
                        listed,
                    },
                    _,
                ) => {
                    let at = NOW - hours * HOUR;
                    calls.insert_attempt(&NewAttempt {
                        call: dial.clone(),
                        tel_a: OWN[*own].to_owned(),
                        tel_b: TEL_B.to_owned(),
                        at,
                        ticket: None,
                    })?;
                    if *listed {
                        let lead = tx.leads().page(list, None, 0, 1)?.remove(0);
                        tx.leads().dial(&lead, &dial, at)?;
                    }
                    match end {
                        End::Sending => false,
                        End::Accepted(subid) => calls.accept(&dial, subid, None, NOW)?,
                        End::Refused(code) => calls.refuse(&dial, *code, "no", NOW)?,
                        End::NotSent => calls.not_sent(&dial, "no way")?,
                        End::Unknown => calls.unknown(&dial, "no answer")?,
                    };
                    settle_all(tx).map(drop)
                }
                (Deed::Records(facts), _) => take_records(tx, facts, NOW).map(drop),
                (Deed::Choose { outcome, .. }, Some(row)) => {
                    let outcome = outcome.map(OutcomeId);
                    tx.outcomes()
                        .choose(&row.call, outcome, NOW, "desk")
                        .map(drop)
                }
                (Deed::Meet { .. }, Some(row)) => {
                    let number = row.tel_b.unwrap_or_default();
                    tx.customers()
                        .meet(&number, &row.call.0, "", &[], NOW)
                        .map(drop)
                }
                (Deed::Merge, _) => {
                    let (from, into) = (bohao_wire::CustomerId(1), bohao_wire::CustomerId(2));
                    tx.customers().merge(from, into, NOW).map(drop)
                }
                (Deed::Settle(rows), _) => tx.sums().settle(*rows).map(drop),
                _ => Ok(()),
            }
        });
        written.expect("written");
    }

    async fn import(&mut self, lines: &[String]) {
        let head = "呼叫ID,主叫号码,被叫号码,开始时间,通话时长,通话状态\n";
        let text = format!("{head}{}", lines.concat());
        let (id, mut upload) = self.imports.begin_upload("a.csv".to_owned()).expect("room");
        upload.write(text.as_bytes()).expect("room");
        let file = self.imports.finish_upload(id, upload).file;
        let reading = ImportReading::default();
        match self.imports.run(RunImport { file, reading }).await {
            Ok(ImportOutcome::Done { import, .. }) => self.taken.push(import),
            other => panic!("{other:?}"),
        }
    }

    async fn undo(&mut self, place: usize) {
        if place < self.taken.len() {
            let import = self.taken.remove(place);
            let undone = self.imports.undo(UndoImport { import }).await;
            undone.expect("taken back");
        }
    }
}

fn lead() -> NewLead {
    NewLead {
        number: TEL_B.to_owned(),
        name: String::new(),
        company: String::new(),
        note: String::new(),
        fields: Vec::new(),
        shuffle: 0,
    }
}

/// As a program does that knows of no sums.
fn delete(path: &Path, call: &CallId) {
    let raw = rusqlite::Connection::open(path).expect("opens");
    for table in ["recordings", "calls"] {
        raw.execute(&format!("DELETE FROM {table} WHERE call = ?1"), [&call.0])
            .expect("deleted");
    }
}

fn is_dialled(row: &CallRow) -> bool {
    let left = !matches!(
        row.state,
        CallState::Planned | CallState::Refused | CallState::NotSent
    );
    row.status.is_some() || (row.placed_here && left)
}

fn recounted<'a>(rows: impl IntoIterator<Item = &'a CallRow>) -> CallFigures {
    let mut figures = CallFigures::default();
    for row in rows {
        let unsent = matches!(row.state, CallState::Refused | CallState::NotSent);
        let seconds = row.duration.unwrap_or(0);
        figures.dialled += i64::from(is_dialled(row));
        figures.connected += i64::from(row.status == Some(CallStatus::Connected));
        figures.talk_seconds += seconds;
        figures.billed_minutes += seconds / 60 + i64::from(seconds % 60 > 0);
        figures.unsent += i64::from(unsent && !is_dialled(row));
    }
    figures
}

fn why(row: &CallRow) -> Option<NotConnectedFor> {
    let reason = row.reason.clone().unwrap_or_default();
    match (row.status, row.state) {
        (Some(CallStatus::Connected), _) => None,
        (Some(CallStatus::NotConnected), _) => Some(NotConnectedFor::NotConnected { reason }),
        (Some(CallStatus::Failed), _) => Some(NotConnectedFor::Failed { reason }),
        (Some(CallStatus::Dialled), _) => Some(NotConnectedFor::Dialled),
        (None, CallState::Refused) => Some(NotConnectedFor::Refused { code: row.code }),
        (None, CallState::NotSent) => Some(NotConnectedFor::NotSent),
        (None, _) if is_dialled(row) => Some(NotConnectedFor::NoRecord),
        (None, _) => None,
    }
}

/// Groups rows by a key; groups that come to nothing are none.
fn grouped<K: Ord>(
    rows: &[&CallRow],
    key: impl Fn(&CallRow) -> Option<K>,
) -> BTreeMap<K, CallFigures> {
    let mut groups: BTreeMap<K, Vec<&CallRow>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
        .into_iter()
        .map(|(key, rows)| (key, recounted(rows)))
        .filter(|(_, figures)| *figures != CallFigures::default())
        .collect()
}

fn within(rows: &[CallRow], since: i64, until: i64) -> Vec<&CallRow> {
    let fits = |row: &&CallRow| (since..until).contains(&row.at);
    rows.iter().filter(fits).collect()
}

fn slot(row: &CallRow) -> (u8, u8) {
    let shown = jiff::tz::Offset::constant(8)
        .to_datetime(jiff::Timestamp::from_millisecond(row.at).expect("an instant"));
    let weekday = shown.weekday().to_monday_zero_offset();
    (
        u8::try_from(weekday).expect("a day"),
        u8::try_from(shown.hour()).expect("an hour"),
    )
}

/// Compares every figure of a report with the rows that the log shows.
fn check(rows: &[CallRow], report: &Report) {
    let now = within(rows, report.period.since, report.period.until);
    let before = within(rows, report.before.since, report.before.until);
    assert_eq!(report.figures, recounted(now.iter().copied()));
    assert_eq!(report.figures_before, recounted(before.iter().copied()));

    let ends = report.bars.iter().skip(1).map(|bar| bar.since);
    for (bar, end) in report.bars.iter().zip(ends.chain([report.period.until])) {
        assert_eq!(bar.figures, recounted(within(rows, bar.since, end)));
    }
    let hours = report.hours.iter();
    let hours: BTreeMap<_, _> = hours
        .map(|hour| ((hour.weekday, hour.hour), hour.figures))
        .collect();
    assert_eq!(hours, grouped(&now, |row| Some(slot(row))));

    let own = |rows| grouped(rows, |row: &CallRow| Some(row.tel_a.clone()));
    for one in &report.own_numbers {
        let of = |map: &BTreeMap<_, CallFigures>| map.get(&one.number).copied().unwrap_or_default();
        assert_eq!(
            (one.figures, one.before),
            (of(&own(&now)), of(&own(&before)))
        );
    }
    let numbers = own(&now).into_keys().chain(own(&before).into_keys());
    let numbers: std::collections::BTreeSet<_> = numbers.collect();
    assert_eq!(report.own_numbers.len(), numbers.len());

    let outcome = |row: &CallRow| Some(row.outcome.as_ref().map(|outcome| outcome.outcome.0));
    let dialled = |rows: &[&CallRow]| -> BTreeMap<Option<i64>, i64> {
        let left: Vec<&CallRow> = rows.iter().copied().filter(|row| is_dialled(row)).collect();
        let by = grouped(&left, outcome);
        by.into_iter()
            .map(|(key, all)| (key, all.dialled))
            .collect()
    };
    let told = |count: fn(&ReportOutcome) -> i64| -> BTreeMap<Option<i64>, i64> {
        let all = report.outcomes.iter();
        all.map(|one| (one.outcome.as_ref().map(|it| it.outcome.0), count(one)))
            .filter(|(_, calls)| *calls > 0)
            .collect()
    };
    assert_eq!(told(|one| one.calls), dialled(&now));
    assert_eq!(told(|one| one.before), dialled(&before));
    let with_outcome: i64 = report.outcomes.iter().map(|one| one.calls).sum();
    assert_eq!(with_outcome, report.figures.dialled);

    let reasons = |rows: &[&CallRow]| -> BTreeMap<NotConnectedFor, i64> {
        let by = grouped(rows, why);
        by.into_iter()
            .map(|(key, all)| (key, all.dialled + all.unsent))
            .filter(|(_, calls)| *calls > 0)
            .collect()
    };
    let told = |count: fn(&ReportReason) -> i64| -> BTreeMap<NotConnectedFor, i64> {
        let all = report.reasons.iter();
        all.map(|one| (one.why.clone(), count(one)))
            .filter(|(_, calls)| *calls > 0)
            .collect()
    };
    assert_eq!(told(|one| one.calls), reasons(&now));
    assert_eq!(told(|one| one.before), reasons(&before));
    let CallFigures {
        dialled,
        connected,
        unsent,
        ..
    } = report.figures;
    let unexplained: i64 = report.reasons.iter().map(|one| one.calls).sum();
    assert_eq!(unexplained, dialled - connected + unsent);
}

/// The same of the calls to leads of the one list, which has figures of its own.
fn check_list(log: &Log, report: &Report) {
    let of_list = CallsQuery {
        list: Some(log.list),
        ..CallsQuery::default()
    };
    let rows = log.found(&of_list);
    let of =
        |period: &bohao_wire::ReportPeriod| recounted(within(&rows, period.since, period.until));
    let told = report.lists.first();
    let figures = told.map(|one| (one.figures, one.before));
    assert_eq!(
        figures.unwrap_or_default(),
        (of(&report.period), of(&report.before))
    );
    assert!(told.is_none_or(|one| one.name == "名单"));

    let list = log.store.read_blocking(|db| db.lists().get(log.list));
    let counted = list.expect("read").expect("the list").figures;
    let all = recounted(&rows);
    assert_eq!(
        (i64::from(counted.dials), i64::from(counted.connected)),
        (all.dialled, all.connected)
    );
    assert_eq!(i64::try_from(counted.talk_seconds), Ok(all.talk_seconds));
}

fn chosen(from: i64, to: i64) -> ReportRange {
    let day = |ago: i64| range::day_of(NOW - ago * DAY_MS).to_string();
    ReportRange::Chosen {
        from: day(from.max(to)),
        to: day(from.min(to)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_figure_is_what_the_rows_of_the_log_come_to(
        deeds in prop::collection::vec(deed(), 1..25),
        ranges in prop::collection::vec((-1..12_i64, -1..12_i64), 3),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut log = Log::new();
        for deed in &deeds {
            runtime.block_on(log.undergo(deed));
        }
        let ranges = ranges.into_iter().map(|(from, to)| chosen(from, to));
        let named = [ReportRange::Today, ReportRange::ThisWeek, ReportRange::LastMonth, chosen(0, 900)];
        let ranges: Vec<_> = ranges.chain(named).collect();
        for settled in [false, true] {
            if settled {
                log.store
                    .write_blocking(|tx| { while tx.sums().settle(1)? {} Ok(()) })
                    .expect("summed");
            }
            let rows = log.rows();
            for range in &ranges {
                let report = log.report(&range::of(range, NOW).expect("days"));
                check(&rows, &report);
                check_list(&log, &report);
            }
        }
    }
}

fn record(subid: &str, at: i64, status: CallStatus, duration: i64) -> RecordFact {
    RecordFact {
        subid: subid.to_owned(),
        status: Some(status),
        tel_a: Some(OWN[0].to_owned()),
        tel_b: Some(TEL_B.to_owned()),
        started_at: Some(at),
        duration: Some(duration),
        reason: (status != CallStatus::Connected).then(|| "客户未接".to_owned()),
        ..RecordFact::default()
    }
}

#[test]
fn today_is_compared_with_yesterday_until_the_same_hour() {
    let log = Log::new();
    let at = |days: i64, hours: i64| NOW - days * DAY_MS + hours * HOUR;
    let facts = [
        record("a", at(0, -1), CallStatus::Connected, 61),
        record("b", at(1, -1), CallStatus::Connected, 30),
        record("c", at(1, -2), CallStatus::NotConnected, 0),
        record("later", at(1, 1), CallStatus::Connected, 30),
    ];
    log.store
        .write_blocking(|tx| take_records(tx, &facts, NOW))
        .expect("records");
    let report = log.report(&range::of(&ReportRange::Today, NOW).expect("days"));

    assert_eq!(
        (report.figures.dialled, report.figures_before.dialled),
        (1, 2)
    );
    assert_eq!(report.figures.billed_minutes, 2);
    assert_eq!(rate(&report.figures_before), Some(0.5));
    assert_eq!(average(&report.figures), Some(61));
    assert_eq!(report.step, ReportStep::Day);
    let yesterday = log.report(&range::of(&ReportRange::Yesterday, NOW).expect("days"));
    assert_eq!(yesterday.figures.dialled, 3);
}

#[test]
fn a_number_in_a_reason_is_masked_and_rare_reasons_are_put_together() {
    let log = Log::new();
    let mut facts = Vec::new();
    for number in 0..20 {
        let subid = format!("s{number}");
        let mut fact = record(&subid, NOW - HOUR, CallStatus::NotConnected, 0);
        fact.reason = Some(match number {
            0 | 1 => format!("1392210447{number} 忙"),
            _ => format!("原因{number}"),
        });
        facts.push(fact);
    }
    log.store
        .write_blocking(|tx| take_records(tx, &facts, NOW))
        .expect("records");
    let report = log.report(&range::of(&ReportRange::Today, NOW).expect("days"));

    assert_eq!(report.reasons.len(), REASONS);
    let told = serde_json::to_string(&report.reasons).expect("JSON");
    assert!(!told.contains("1392210447"), "{told}");
    let all: i64 = report.reasons.iter().map(|one| one.calls).sum();
    assert_eq!(all, 20);
    let last = report.reasons.last().expect("some");
    assert_eq!((&last.why, last.calls), (&NotConnectedFor::Rare, 9));
}

#[tokio::test]
async fn days_that_many_rows_have_changed_are_summed_beside_everything_else() {
    let log = Log::new();
    let facts: Vec<RecordFact> = (0..50)
        .map(|number| {
            let began = NOW - number * 10 * HOUR;
            record(&format!("s{number}"), began, CallStatus::Connected, 60)
        })
        .collect();
    // As an import writes its portions.
    log.store
        .write_in_bulk(|tx| take_records(tx, &facts, NOW))
        .expect("records");
    let settled = || log.store.read_blocking(|db| db.sums().is_settled());
    assert!(!settled().expect("read"));
    settle(&log.store).await.expect("summed");
    assert!(settled().expect("read"));
    let days = range::of(&chosen(0, 30), NOW).expect("days");
    check(&log.rows(), &log.report(&days));
    assert_eq!(log.report(&days).figures.dialled, 50);
}

/// A desk that nothing is set up for, with a few calls.
async fn desk(dir: &Path) -> Desk {
    let around = Surroundings::system_without_keyring(dir.to_owned());
    let desk = Desk::open(around, Opening::Live).await.expect("a desk");
    let now = desk.ground().dialing.clock.now();
    let facts = [
        record("a", now, CallStatus::Connected, 61),
        record("b", now, CallStatus::NotConnected, 0),
    ];
    desk.ground()
        .store
        .write(move |tx| take_records(tx, &facts, now))
        .await
        .expect("records");
    desk
}

#[tokio::test]
async fn the_day_on_the_dial_screen_is_the_days_report() {
    let dir = tempfile::tempdir().expect("a folder");
    let desk = desk(dir.path()).await;
    let today = desk.today(TodayQuery {}).await.expect("figures");
    let range = ReportRange::Today;
    let report = desk.report(ReportQuery { range }).await.expect("a report");

    assert_eq!(report.period.since, today.since);
    let CallFigures {
        dialled,
        connected,
        talk_seconds,
        ..
    } = report.figures;
    assert_eq!(
        (dialled, connected),
        (today.dialled.into(), today.connected.into())
    );
    assert_eq!((dialled, connected), (2, 1));
    assert_eq!(talk_seconds, today.talk_seconds);
}

fn export(range: ReportRange, numbers: NumbersShown) -> ExportReport {
    ExportReport {
        job: "job".to_owned(),
        range,
        numbers,
        headings: Headings::Zh,
    }
}

#[tokio::test]
async fn a_workbook_of_a_report_is_whole_and_masks_what_the_screen_masks() {
    let dir = tempfile::tempdir().expect("a folder");
    let desk = desk(&dir.path().join("data")).await;
    for (numbers, shown) in [
        (NumbersShown::Whole, "13800006620"),
        (NumbersShown::Masked, "138****6620"),
    ] {
        let request = export(ReportRange::Today, numbers);
        let report = desk.report_workbook(&request).await.expect("a workbook");
        assert!(report.suggested_name.starts_with("报表_"));
        let target = dir.path().join(format!("{shown}.xlsx"));
        let saved = desk.save_report(report, &target, Overwrite::Refuse).await;
        let path = target.display().to_string();
        assert_eq!(saved.expect("saved"), SavedReport::Saved { path });
        let bytes = std::fs::read(&target).expect("a file");
        assert!(texts(&bytes).contains(shown), "{shown}");
    }
}

/// The text of all parts of a workbook.
fn texts(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).expect("a part");
        std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    }
    text
}

#[tokio::test]
async fn a_picture_is_saved_only_if_it_is_one_and_replaces_nothing_of_bohaos() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let desk = desk(&data).await;
    let request = |png: String| SaveReportPicture {
        job: "job".to_owned(),
        png,
        headings: Headings::En,
    };
    let fault = desk.report_picture(&request(STANDARD.encode("<svg>")));
    assert_eq!(
        fault.err().map(|fault| fault.code),
        Some(FaultCode::BadInput)
    );

    let whole = request(STANDARD.encode(png()));
    let target = dir.path().join("report.png");
    let picture = || desk.report_picture(&whole).expect("a picture");
    let saved = desk
        .save_report(picture(), &target, Overwrite::Refuse)
        .await;
    saved.expect("saved");
    assert_eq!(std::fs::read(&target).expect("a file"), png());

    let again = desk
        .save_report(picture(), &target, Overwrite::Refuse)
        .await;
    assert_eq!(again.expect_err("in the way").code, FaultCode::FileExists);
    let own = data.join("bohao.db");
    let onto = desk.save_report(picture(), &own, Overwrite::Replace).await;
    assert_eq!(onto.expect_err("refused").code, FaultCode::NotWritable);

    let mut handed = desk.report_to_hand_out(picture()).await.expect("a file");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut handed, &mut bytes).expect("read");
    assert_eq!(bytes, png());
}
