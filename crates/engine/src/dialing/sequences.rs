//! The guard against a model of it that only counts, over any sequence of calls, bans, lists, lifts
//! and hours.

use super::*;
use crate::do_not_call::list_key;
use crate::import::{Around, Imports};
use crate::notifier;
use bohao_store::{NewDoNotCall, keyed_hash};
use bohao_wire::{DoNotCallReading, DoNotCallSource, ImportDoNotCall};
use proptest::prelude::*;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-23 12:00 in Beijing.
const NOON: i64 = 1_795_406_400_000;
const MINUTE: i64 = 60_000;
const NUMBERS: [&str; 3] = ["13922104471", "13922105583", "01058887766"];
/// Keys of lists that others hand out.
const KEYS: [[u8; 16]; 2] = [[7; 16], [9; 16]];

#[derive(Debug, Clone)]
enum Step {
    Dial(usize),
    /// Puts a number on the table, as an outcome or a hand does.
    Bar(usize),
    /// Brings a list in that has these of the numbers, in digits or hashed by one of the keys.
    List([bool; 3], Option<usize>),
    Lift(usize),
    /// Lets so many seconds go by.
    Wait(i64),
    /// Lets so many calls through in a day.
    Limit(u32),
}

fn any_step() -> impl Strategy<Value = Step> {
    let number = 0..NUMBERS.len();
    // Short waits are around the gap of a minute and the window of five, long ones around a day.
    let seconds = prop_oneof![0..400i64, 0..90_000i64];
    prop_oneof![
        6 => number.clone().prop_map(Step::Dial),
        1 => number.clone().prop_map(Step::Bar),
        1 => (any::<[bool; 3]>(), proptest::option::of(0..KEYS.len()))
            .prop_map(|(numbers, key)| Step::List(numbers, key)),
        1 => number.prop_map(Step::Lift),
        4 => seconds.prop_map(Step::Wait),
        1 => (0..12u32).prop_map(Step::Limit),
    ]
}

/// What is known of the past, kept as simply as can be.
struct Model {
    now: i64,
    per_day: u32,
    barred: [bool; 3],
    /// Every dial that left: when, and to which number.
    dials: Vec<(i64, usize)>,
}

impl Model {
    fn verdict(&self, number: usize) -> Option<GuardRule> {
        let now = self.now;
        let since = |from: i64| {
            let to_it = |(at, to): &&(i64, usize)| *to == number && *at > from;
            self.dials.iter().filter(to_it).count()
        };
        // Beijing is eight hours ahead of where the count of milliseconds began.
        let of_day = (now + 8 * 60 * MINUTE) % (24 * 60 * MINUTE);
        let midnight = now - of_day;
        let today = self.dials.iter().filter(|(at, _)| *at >= midnight).count();
        match () {
            () if self.barred[number] => Some(GuardRule::DoNotCall),
            () if !(8 * 60..21 * 60).contains(&(of_day / MINUTE)) => Some(GuardRule::Hours),
            () if since(now - MINUTE) > 0 => Some(GuardRule::Gap),
            () if since(now - 5 * MINUTE) >= 3 => Some(GuardRule::Per5min),
            () if since(now - 24 * 60 * MINUTE) >= 5 => Some(GuardRule::Per24h),
            () if self.per_day > 0 && today >= self.per_day as usize => Some(GuardRule::PerDay),
            () => None,
        }
    }
}

struct Bench {
    store: Store,
    imports: Imports,
    dir: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    calls: usize,
}

impl Bench {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path().join("bohao.db"), NOON).expect("new");
        let store = store.store;
        let clock = Arc::new(AtomicI64::new(NOON));
        let hour = clock.clone();
        let around = Around {
            store: store.clone(),
            home: dir.path().to_owned(),
            clock: Arc::new(move || hour.load(Ordering::Relaxed)),
            ids: Arc::new(|now| CallId(format!("file-{now}"))),
            events: notifier::events(),
            changed: Arc::new(|_| ()),
            recordings_due: Arc::new(|| ()),
            index_due: Arc::default(),
        };
        let imports = Imports::new(around, dir.path().join("imports"));
        Bench {
            store,
            imports,
            dir,
            clock,
            calls: 0,
        }
    }

    fn dial(&mut self, number: usize, now: i64) -> Option<GuardRule> {
        self.calls += 1;
        let call = CallId(format!("call-{:05}", self.calls));
        let attempt = NewAttempt {
            call: call.clone(),
            tel_a: "13800006620".to_owned(),
            tel_b: NUMBERS[number].to_owned(),
            at: now,
            ticket: None,
        };
        let subid = format!("s{}", self.calls);
        let decided = self.store.write_blocking(|tx| {
            let decision = decide(tx, &attempt, None)?;
            if matches!(decision, Decision::Go(..)) {
                tx.calls().accept(&call, &subid, None, now)?;
            }
            Ok(decision)
        });
        match decided.expect("written") {
            Decision::Go(..) => None,
            Decision::Blocked(block) => Some(block.rule),
            Decision::Seen(_) => panic!("it has no ticket"),
        }
    }

    fn bar(&self, number: usize, now: i64) {
        let number = NUMBERS[number].to_owned();
        let barred = self.store.write_blocking(|tx| {
            let added = tx.do_not_call().add(&NewDoNotCall {
                number: number.clone(),
                since: now,
                reason: "来电要求".to_owned(),
                source: DoNotCallSource::User,
                call: None,
            })?;
            match added {
                true => guard::log::barred(tx, now, &number, "来电要求"),
                false => Ok(()),
            }
        });
        barred.expect("written");
    }

    fn lift(&self, number: usize, now: i64) -> bool {
        let lifted = self.store.write_blocking(|tx| {
            let lifted = tx.do_not_call().lift(NUMBERS[number], "恢复", now)?;
            if lifted {
                guard::log::lifted(tx, now, NUMBERS[number], "恢复")?;
            }
            Ok(lifted)
        });
        lifted.expect("written")
    }

    fn limit(&self, per_day: u32) {
        let rules = GuardRules {
            per_day,
            ..GuardRules::default()
        };
        let set = self
            .store
            .write_blocking(|tx| tx.settings().set(Topic::Guard.key(), &encoded(&rules)));
        set.expect("written");
    }

    /// Brings a list in, and tells how many of its numbers were new.
    fn list(&self, numbers: [bool; 3], key: Option<usize>) -> u32 {
        let path = self.dir.path().join("list.csv");
        std::fs::write(&path, sheet(numbers, key)).expect("written");
        let request = ImportDoNotCall {
            file: self.imports.stage(&path).expect("a file").file,
            reading: DoNotCallReading {
                key: key.map(|key| list_key::told(&KEYS[key])),
                ..DoNotCallReading::default()
            },
            reason: "总部名单".to_owned(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let done = runtime.block_on(self.imports.run_do_not_call(request));
        done.expect("taken").new
    }

    fn chain_is_whole(&self) -> bool {
        let walked = self.store.read_blocking(|db| db.guard_log().walk(|_| ()));
        walked.expect("read").broken_at.is_none()
    }
}

fn sheet(numbers: [bool; 3], key: Option<usize>) -> String {
    let mut text = match key {
        None => "号码\n".to_owned(),
        Some(key) => format!(
            "hmac-sha256 key={}\n",
            hex::encode(list_key::mark(&KEYS[key]))
        ),
    };
    for (number, listed) in NUMBERS.into_iter().zip(numbers) {
        if !listed {
            continue;
        }
        let line = match key {
            None => number.to_owned(),
            Some(key) => hex::encode(keyed_hash(&KEYS[key], number)),
        };
        writeln!(text, "{line}").expect("memory takes it");
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn promise_10_no_sequence_of_calls_lists_lifts_and_hours_opens_it(
        steps in proptest::collection::vec(any_step(), 1..60),
    ) {
        let mut bench = Bench::new();
        let mut model = Model { now: NOON, per_day: 0, barred: [false; 3], dials: Vec::new() };
        // A number that stands on several lists is new to each, and lifted from all.
        let mut listed = std::collections::HashSet::new();
        for step in &steps {
            match *step {
                Step::Dial(number) => {
                    let expected = model.verdict(number);
                    prop_assert_eq!(bench.dial(number, model.now), expected, "{:?}", steps);
                    if expected.is_none() {
                        model.dials.push((model.now, number));
                    }
                }
                Step::Bar(number) => {
                    bench.bar(number, model.now);
                    model.barred[number] = true;
                    listed.insert((number, None));
                }
                Step::List(numbers, key) => {
                    let mut new = 0;
                    for number in (0..NUMBERS.len()).filter(|number| numbers[*number]) {
                        let known = match key {
                            // In digits it is known whichever list says so.
                            None => model.barred[number],
                            Some(_) => listed.contains(&(number, key)),
                        };
                        new += u32::from(!known);
                        if !known {
                            listed.insert((number, key));
                        }
                        model.barred[number] = true;
                    }
                    prop_assert_eq!(bench.list(numbers, key), new, "{:?}", steps);
                }
                Step::Lift(number) => {
                    let stood = std::mem::replace(&mut model.barred[number], false);
                    prop_assert_eq!(bench.lift(number, model.now), stood, "{:?}", steps);
                    listed.retain(|(one, _)| *one != number);
                }
                Step::Wait(seconds) => {
                    model.now += seconds * 1000;
                    bench.clock.store(model.now, Ordering::Relaxed);
                }
                Step::Limit(per_day) => {
                    bench.limit(per_day);
                    model.per_day = per_day;
                }
            }
            prop_assert!(bench.chain_is_whole());
        }
    }
}

/// The list is found whichever key it has, by the very transaction that writes the attempt.
#[test]
fn promise_10_a_hash_that_comes_between_the_look_and_the_dial_holds() {
    let mut bench = Bench::new();
    assert_eq!(bench.dial(0, NOON), None);
    assert_eq!(bench.list([true, false, false], Some(1)), 1);
    assert_eq!(bench.dial(0, NOON + 5 * MINUTE), Some(GuardRule::DoNotCall));
    assert_eq!(bench.dial(1, NOON + 5 * MINUTE), None);
}
