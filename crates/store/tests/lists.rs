//! Lists and leads: whose turn it is, in each order, and that the figures add up.

use bohao_store::{
    NewAttempt, NewBarredHash, NewDoNotCall, NewLead, Store, StoreError, Turns, Tx, keyed_hash,
};
use bohao_wire::{
    CallId, CallStatus, CustomerField, DoNotCallSource, LeadOrder, LeadRow, LeadState, ListFigures,
    ListId, ListState, OutcomeId,
};
use proptest::prelude::*;
use rstest::rstest;

const NOW: i64 = 1_764_000_000_000;
const HOUR: i64 = 3_600_000;
const NO_ANSWER: OutcomeId = OutcomeId(4);

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn number(index: u32) -> String {
    format!("139221{index:05}")
}

fn lead(index: u32) -> NewLead {
    NewLead {
        number: number(index),
        name: format!("客户{index}"),
        company: String::new(),
        note: "先问仓库".to_owned(),
        fields: vec![CustomerField {
            name: "城市".to_owned(),
            text: "杭州".to_owned(),
        }],
        // As good as by chance: neighbours are far apart.
        shuffle: i64::from(index.wrapping_mul(2_654_435_761)),
    }
}

fn list_of(store: &Store, leads: u32) -> ListId {
    store
        .write_blocking(|tx| {
            let list = tx.lists().begin("十一月冷链", NOW)?;
            for index in 0..leads {
                assert!(tx.leads().add(list, &lead(index), index)?);
            }
            tx.lists().finish(list)?;
            Ok(list)
        })
        .expect("made")
}

fn turns(list: ListId, order: LeadOrder, now: i64) -> Turns {
    let hour = u32::try_from((now / HOUR + 8) % 24).expect("an hour");
    Turns {
        list,
        order,
        now,
        hour,
    }
}

fn upcoming(store: &Store, turns: Turns) -> Vec<LeadRow> {
    store
        .read_blocking(|db| db.leads().upcoming(turns, 100))
        .expect("read")
}

fn names(rows: &[LeadRow]) -> Vec<&str> {
    rows.iter()
        .map(|row| row.name.trim_start_matches("客户"))
        .collect()
}

fn figures(store: &Store, list: ListId) -> ListFigures {
    let read = store.read_blocking(|db| db.lists().get(list));
    read.expect("read").expect("there").figures
}

fn call(text: &str) -> CallId {
    CallId(text.to_owned())
}

fn attempt(id: &str, to: &str, at: i64) -> NewAttempt {
    NewAttempt {
        call: call(id),
        tel_a: "13800006620".to_owned(),
        tel_b: to.to_owned(),
        at,
        ticket: None,
    }
}

fn dial(tx: &Tx<'_>, lead: &LeadRow, id: &str, at: i64) -> Result<(), StoreError> {
    tx.calls().insert_attempt(&attempt(id, &lead.number, at))?;
    tx.leads().dial(lead, &call(id), at)
}

fn record(tx: &Tx<'_>, id: &str, status: CallStatus, seconds: i64) -> Result<(), StoreError> {
    let subid = format!("s-{id}");
    tx.calls().accept(&call(id), &subid, None, NOW)?;
    let tel_b = tx.calls().get(&call(id))?.and_then(|row| row.tel_b);
    let fact = bohao_store::RecordFact {
        subid: subid.clone(),
        tel_b,
        status: Some(status),
        duration: Some(seconds),
        ..bohao_store::RecordFact::default()
    };
    tx.facts().keep(&fact, NOW)?;
    tx.calls().record(&subid).map(drop)
}

#[test]
fn a_list_is_seen_once_all_its_leads_are_there() {
    let (_folder, store) = open();
    let list = store
        .write_blocking(|tx| tx.lists().begin("未完", NOW))
        .expect("begun");
    let seen = store.read_blocking(|db| Ok((db.lists().all()?, db.lists().unfinished()?)));
    assert_eq!(seen.expect("read"), (Vec::new(), vec![list]));

    store
        .write_blocking(|tx| tx.lists().finish(list))
        .expect("finished");
    let seen = store.read_blocking(|db| db.lists().all()).expect("read");
    assert_eq!((seen.len(), seen[0].state), (1, ListState::Open));
    assert_eq!(
        (seen[0].tries, seen[0].apart_minutes, seen[0].countdown),
        (3, 120, 3)
    );
}

#[test]
fn a_number_stands_on_a_list_once_and_on_several_lists() {
    let (_folder, store) = open();
    let (one, other) = (list_of(&store, 2), list_of(&store, 2));
    let again = store.write_blocking(|tx| tx.leads().add(one, &lead(0), 9));
    assert!(!again.expect("asked"));
    assert_eq!(figures(&store, one).leads, 2);
    assert_eq!(figures(&store, other).open, 2);
}

#[rstest]
#[case::as_the_sheet_had_them(LeadOrder::ByHand, &["0", "1", "2", "3", "4", "5"])]
#[case::by_chance(LeadOrder::Random, &["0", "5", "2", "4", "1", "3"])]
#[case::longest_ago(LeadOrder::Oldest, &["1", "3", "4", "5", "0", "2"])]
#[case::picked_up_at_this_hour(LeadOrder::BestHour, &["2", "1", "3", "4", "5", "0"])]
fn each_order_has_its_own_first(#[case] order: LeadOrder, #[case] expected: &[&str]) {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            // The first picked up five hours ago, the third at this very hour yesterday, twice.
            for (id, index, at) in [
                ("a", 0, NOW - 29 * HOUR),
                ("b", 2, NOW - 24 * HOUR),
                ("c", 2, NOW - 24 * HOUR + 60_000),
            ] {
                tx.calls()
                    .insert_attempt(&attempt(id, &number(index), at))?;
                record(tx, id, CallStatus::Connected, 30)?;
            }
            Ok(())
        })
        .expect("a past");
    let list = list_of(&store, 6);
    let rows = upcoming(&store, turns(list, order, NOW));
    assert_eq!(names(&rows), expected);
}

#[test]
fn whoever_is_to_be_tried_again_comes_first_and_not_before_it_is_time() {
    let (_folder, store) = open();
    let list = list_of(&store, 3);
    let first = upcoming(&store, turns(list, LeadOrder::ByHand, NOW)).remove(0);
    store
        .write_blocking(|tx| {
            dial(tx, &first, "c1", NOW)?;
            let (lead, at) = (first.lead, Some(NOW + 2 * HOUR));
            tx.leads()
                .tell(lead, Some(NO_ANSWER), LeadState::Waiting, at)
        })
        .expect("tried");
    let at = |now| upcoming(&store, turns(list, LeadOrder::ByHand, now));
    assert_eq!(names(&at(NOW + 2 * HOUR - 1)), ["1", "2"]);
    assert_eq!(names(&at(NOW + 2 * HOUR)), ["0", "1", "2"]);
    let next_at = store.read_blocking(|db| db.leads().next_at(list));
    assert_eq!(next_at.expect("read"), Some(NOW + 2 * HOUR));
    let counts = store.read_blocking(|db| db.leads().outcomes(list));
    assert_eq!(counts.expect("read")[0].leads, 1);
}

#[test]
fn a_dial_bears_its_lead_and_the_list_counts_what_records_say() {
    let (_folder, store) = open();
    let list = list_of(&store, 3);
    let rows = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    store
        .write_blocking(|tx| {
            dial(tx, &rows[0], "c1", NOW)?;
            dial(tx, &rows[1], "c2", NOW + 1)?;
            record(tx, "c1", CallStatus::Connected, 90)?;
            record(tx, "c2", CallStatus::NotConnected, 0)
        })
        .expect("dialled");
    let of_call = store.read_blocking(|db| db.leads().of_call(&call("c1")));
    assert_eq!(of_call.expect("read").expect("a lead").lead, rows[0].lead);
    let now = figures(&store, list);
    assert_eq!((now.called, now.open), (2, 1));
    assert_eq!((now.dials, now.connected, now.talk_seconds), (2, 1, 90));
    let called = store.read_blocking(|db| db.leads().called(list));
    assert_eq!(called.expect("read").expect("one").lead, rows[1].lead);
}

#[test]
fn a_dial_that_never_left_was_no_try() {
    let (_folder, store) = open();
    let list = list_of(&store, 2);
    let first = upcoming(&store, turns(list, LeadOrder::ByHand, NOW)).remove(0);
    let released = store.write_blocking(|tx| {
        dial(tx, &first, "c1", NOW)?;
        tx.calls().refuse(&call("c1"), 7001, "正在呼叫中", NOW)?;
        tx.leads().release(&call("c1"))
    });
    assert!(released.expect("written"));
    let row = upcoming(&store, turns(list, LeadOrder::ByHand, NOW)).remove(0);
    assert_eq!((row.lead, row.tries), (first.lead, 0));
    assert_eq!(figures(&store, list).dials, 0);
}

#[test]
fn promise_10_whoever_was_barred_by_a_hash_meanwhile_gets_no_turn_back() {
    let (_folder, store) = open();
    let list = list_of(&store, 2);
    let first = upcoming(&store, turns(list, LeadOrder::ByHand, NOW)).remove(0);
    let released = store.write_blocking(|tx| {
        dial(tx, &first, "c1", NOW)?;
        let key = tx.do_not_call_hashes().keep_key(b"key", NOW)?;
        tx.do_not_call_hashes().add(&NewBarredHash {
            key,
            hash: keyed_hash(b"key", &first.number),
            since: NOW,
            reason: "总部名单".to_owned(),
        })?;
        tx.calls().refuse(&call("c1"), 7001, "正在呼叫中", NOW)?;
        tx.leads().release(&call("c1"))
    });
    assert!(released.expect("written"));
    let now = figures(&store, list);
    assert_eq!((now.open, now.barred), (1, 1));
    store
        .write_blocking(|tx| tx.do_not_call().lift(&first.number, "客户来电", NOW + 1))
        .expect("lifted");
    assert_eq!(figures(&store, list).open, 2);
}

#[test]
fn promise_10_whoever_is_barred_has_no_turn_in_any_list_until_it_is_lifted() {
    let (_folder, store) = open();
    let (one, other) = (list_of(&store, 2), list_of(&store, 2));
    let bar = NewDoNotCall {
        number: number(0),
        since: NOW,
        reason: "不要再打".to_owned(),
        source: DoNotCallSource::User,
        call: None,
    };
    store
        .write_blocking(|tx| tx.do_not_call().add(&bar))
        .expect("barred");
    for list in [one, other] {
        let rows = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
        assert_eq!(names(&rows), ["1"]);
        assert_eq!(figures(&store, list).barred, 1);
    }
    store
        .write_blocking(|tx| tx.do_not_call().lift(&number(0), "客户来电", NOW + 1))
        .expect("lifted");
    assert_eq!(figures(&store, one).open, 2);
}

#[test]
fn one_goes_back_through_whoever_had_a_turn() {
    let (_folder, store) = open();
    let list = list_of(&store, 3);
    let rows = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    store
        .write_blocking(|tx| {
            let leads = tx.leads();
            leads.turn(rows[0].lead, LeadState::Skipped, None, NOW)?;
            leads.turn(rows[1].lead, LeadState::Waiting, Some(NOW + 9), NOW)
        })
        .expect("turned");
    let get = |lead| store.read_blocking(|db| db.leads().get(lead));
    let before = |row: &LeadRow| {
        store
            .read_blocking(|db| db.leads().before(row))
            .expect("read")
    };
    assert_eq!(before(&rows[2]), Some(rows[1].lead));
    let second = get(rows[1].lead).expect("read").expect("there");
    assert_eq!(before(&second), Some(rows[0].lead));
    let first = get(rows[0].lead).expect("read").expect("there");
    assert_eq!(before(&first), None);
}

#[test]
fn a_lead_is_put_anywhere_by_hand_however_often() {
    let (_folder, store) = open();
    let list = list_of(&store, 4);
    let rows = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    // Into the same gap, again and again, until it is used up.
    for round in 0..50 {
        let (lead, before) = match round % 2 {
            0 => (&rows[2], &rows[1]),
            _ => (&rows[3], &rows[1]),
        };
        let put = store.write_blocking(|tx| tx.leads().put_before(lead, Some(before.lead)));
        assert!(put.expect("put"));
    }
    let order = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    assert_eq!(names(&order), ["0", "2", "3", "1"]);
    store
        .write_blocking(|tx| tx.leads().put_before(&rows[1], None))
        .expect("first");
    let order = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    assert_eq!(names(&order), ["1", "0", "2", "3"]);
}

#[test]
fn a_number_that_is_erased_is_on_no_list() {
    let (_folder, store) = open();
    let (one, other) = (list_of(&store, 2), list_of(&store, 2));
    store
        .write_blocking(|tx| tx.leads().erase(&number(1)))
        .expect("erased");
    assert_eq!(figures(&store, one).leads, 1);
    assert_eq!(figures(&store, other).open, 1);
}

#[test]
fn a_list_goes_with_its_leads_and_leaves_its_calls() {
    let (_folder, store) = open();
    let list = list_of(&store, 5);
    let first = upcoming(&store, turns(list, LeadOrder::ByHand, NOW)).remove(0);
    store
        .write_blocking(|tx| {
            dial(tx, &first, "c1", NOW)?;
            tx.lists().begin_removal(list)
        })
        .expect("begun");
    let unseen = store.read_blocking(|db| Ok((db.lists().get(list)?, db.lists().unfinished()?)));
    assert_eq!(unseen.expect("read"), (None, vec![list]));
    let mut rounds = 0;
    while store
        .write_blocking(|tx| tx.lists().remove_some(list, 2))
        .expect("removed")
    {
        rounds += 1;
    }
    assert_eq!(rounds, 3);
    let left =
        store.read_blocking(|db| Ok((db.lists().unfinished()?, db.calls().get(&call("c1"))?)));
    let (unfinished, row) = left.expect("read");
    assert!(unfinished.is_empty() && row.is_some());
}

#[test]
fn pages_show_all_leads_or_those_that_stand_so() {
    let (_folder, store) = open();
    let list = list_of(&store, 5);
    let rows = upcoming(&store, turns(list, LeadOrder::ByHand, NOW));
    store
        .write_blocking(|tx| tx.leads().turn(rows[3].lead, LeadState::Skipped, None, NOW))
        .expect("skipped");
    let page = |state, offset| {
        let read = store.read_blocking(|db| db.leads().page(list, state, offset, 3));
        read.expect("read")
    };
    assert_eq!(names(&page(None, 2)), ["2", "3", "4"]);
    assert_eq!(names(&page(Some(LeadState::Open), 1)), ["1", "2", "4"]);
    assert_eq!(names(&page(Some(LeadState::Skipped), 0)), ["3"]);
    let text = store.read_blocking(|db| db.leads().text(rows[0].lead));
    let text = text.expect("read").expect("there");
    assert_eq!((&*text.note, &*text.fields[0].text), ("先问仓库", "杭州"));
}

/// What can happen to a list, by the place of a lead.
#[derive(Debug, Clone)]
enum Step {
    Dial(usize),
    Again(usize, i64),
    Over(usize),
    Refused(usize),
    Skip(usize),
    Back(usize),
    Later(i64),
}

fn step(leads: usize) -> impl Strategy<Value = Step> {
    let lead = 0..leads;
    prop_oneof![
        lead.clone().prop_map(Step::Dial),
        (lead.clone(), 1..5i64).prop_map(|(lead, hours)| Step::Again(lead, hours)),
        lead.clone().prop_map(Step::Over),
        lead.clone().prop_map(Step::Refused),
        lead.clone().prop_map(Step::Skip),
        lead.prop_map(Step::Back),
        (1..4i64).prop_map(Step::Later),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever happens in whatever order: nobody has a turn who waits, is over or was put aside,
    /// everybody else has exactly one, and the figures add up to the leads there are.
    #[test]
    fn whoever_may_be_called_has_one_turn_and_nobody_else_has_any(
        steps in proptest::collection::vec(step(5), 1..40),
        order in prop_oneof![
            Just(LeadOrder::ByHand), Just(LeadOrder::Random),
            Just(LeadOrder::Oldest), Just(LeadOrder::BestHour),
        ],
    ) {
        let (_folder, store) = open();
        let list = list_of(&store, 5);
        let ids: Vec<_> = upcoming(&store, turns(list, LeadOrder::ByHand, NOW))
            .iter().map(|row| row.lead).collect();
        let mut model = [(LeadState::Open, 0i64); 5];
        let (mut now, mut dials) = (NOW, 0);
        for step in steps {
            store.write_blocking(|tx| {
                let leads = tx.leads();
                match step {
                    Step::Later(hours) => now += hours * HOUR,
                    Step::Dial(at) | Step::Refused(at) if model[at].0 != LeadState::Called => {
                        dials += 1;
                        let row = leads.get(ids[at])?.expect("there");
                        dial(tx, &row, &format!("c{dials}"), now + dials)?;
                        model[at] = (LeadState::Called, 0);
                        if let Step::Refused(_) = step {
                            leads.release(&call(&format!("c{dials}")))?;
                            model[at] = (LeadState::Open, 0);
                        }
                    }
                    Step::Again(at, hours) if model[at].0 == LeadState::Called => {
                        let due = now + hours * HOUR;
                        leads.tell(ids[at], Some(NO_ANSWER), LeadState::Waiting, Some(due))?;
                        model[at] = (LeadState::Waiting, due);
                    }
                    Step::Over(at) if model[at].0 == LeadState::Called => {
                        leads.tell(ids[at], Some(OutcomeId(3)), LeadState::Done, None)?;
                        model[at] = (LeadState::Done, 0);
                    }
                    Step::Skip(at) => {
                        leads.turn(ids[at], LeadState::Skipped, None, now)?;
                        model[at] = (LeadState::Skipped, 0);
                    }
                    Step::Back(at) => {
                        leads.reopen(ids[at])?;
                        model[at] = (LeadState::Open, 0);
                    }
                    _ => {}
                }
                Ok(())
            }).expect("a step");
            let mut expected: Vec<_> = (0..5)
                .filter(|&at| match model[at] {
                    (LeadState::Open, _) => true,
                    (LeadState::Waiting, due) => due <= now,
                    _ => false,
                })
                .map(|at| ids[at])
                .collect();
            let mut found: Vec<_> = upcoming(&store, turns(list, order, now))
                .iter().map(|row| row.lead).collect();
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected);
            let f = figures(&store, list);
            let sum = f.open + f.waiting + f.called + f.done + f.skipped + f.barred;
            prop_assert_eq!((f.leads, sum), (5, 5));
            let waiting = model.iter().filter(|one| one.0 == LeadState::Waiting).count();
            prop_assert_eq!(usize::try_from(f.waiting).expect("few"), waiting);
        }
    }
}
