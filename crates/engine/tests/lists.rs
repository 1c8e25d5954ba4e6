//! Calling lists as a salesperson works them: imported from a sheet, dialled one by one, moved on by
//! outcomes, and the same after any restart.

#![allow(
    clippy::unwrap_used,
    reason = "a test says by a panic that it can't go on"
)]

mod support;

use base64::Engine;
use bohao_engine::Desk;
use bohao_wire::{
    CallId, CallList, CallsQuery, ChangeList, DialLead, DoNotCallReading, Event, FaultCode,
    GuardRule, HandOver, ImportDoNotCall, ImportLeads, KnownRows, LeadCard, LeadField, LeadId,
    LeadOrder, LeadReading, LeadState, LeadTurn, LeadsImported, LeadsQuery, LiftDoNotCall, ListId,
    ListScript, ListState, ListsQuery, Mutations, OutcomeId, PlaceCall, Placed, PreviewLeads,
    Queries, RehearseLeads, RemoveList, RequireOutcome, RowFlaw, SaveScript, SetGuard, SetOutcome,
    StagedId, TurnLead, Work, WorkQuery,
};
use rstest::rstest;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use support::{OWN, around, dial, log, open_guard, platform};

const INTERESTED: OutcomeId = OutcomeId(1);
const LATER: OutcomeId = OutcomeId(2);
const NOT_INTERESTED: OutcomeId = OutcomeId(3);
const NO_ANSWER: OutcomeId = OutcomeId(4);
const NO_CALLS: OutcomeId = OutcomeId(6);
const HOUR: i64 = 3_600_000;

const SHEET: &str = "姓名,手机号,公司名称,城市,备注\r\n\
    孙倩,177 2210 6054,鲜达生鲜,杭州,三月询过价\r\n\
    郑浩,13122107782,顺冷供应链,宁波,\r\n\
    何璐,18822100146,绿源农业,绍兴,嫌运价高\r\n";

async fn stage(desk: &Desk, sheet: &str) -> StagedId {
    stage_as(desk, "十一月冷链.csv", sheet.as_bytes()).await
}

async fn stage_as(desk: &Desk, name: &str, sheet: &[u8]) -> StagedId {
    let content = base64::engine::general_purpose::STANDARD.encode(sheet);
    let name = name.to_owned();
    let staged = desk.hand_over(HandOver { name, content }).await.unwrap();
    staged.file
}

async fn import(desk: &Desk, sheet: &str) -> ListId {
    let file = stage(desk, sheet).await;
    let request = ImportLeads {
        file,
        reading: LeadReading::default(),
        name: "十一月冷链".to_owned(),
    };
    match desk.import_leads(request).await.unwrap() {
        LeadsImported::Done { list, .. } => list,
        LeadsImported::Cancelled => panic!("nobody cancelled"),
    }
}

async fn work(desk: &Desk, list: ListId) -> Work {
    desk.work(WorkQuery { list, lead: None }).await.unwrap()
}

async fn shown(desk: &Desk, list: ListId) -> LeadCard {
    work(desk, list).await.lead.expect("somebody has a turn")
}

async fn look_at(desk: &Desk, list: ListId, lead: LeadId) -> LeadCard {
    let lead = Some(lead);
    let work = desk.work(WorkQuery { list, lead }).await.unwrap();
    work.lead.expect("it is shown")
}

fn lead_dial(lead: LeadId) -> DialLead {
    DialLead {
        lead,
        tel_a: None,
        ticket: None,
    }
}

async fn call(desk: &Desk, lead: LeadId) -> CallId {
    match desk.dial_lead(lead_dial(lead)).await.unwrap() {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    }
}

fn choice(call: &CallId, outcome: Option<OutcomeId>) -> SetOutcome {
    SetOutcome {
        call: call.clone(),
        outcome,
        follow_up_at: None,
        why: None,
        by: None,
    }
}

async fn choose(desk: &Desk, call: &CallId, outcome: OutcomeId) {
    desk.set_outcome(choice(call, Some(outcome))).await.unwrap();
}

async fn turn(desk: &Desk, lead: LeadId, turn: LeadTurn) {
    desk.turn_lead(TurnLead { lead, turn }).await.unwrap();
}

fn rule(placed: &Placed) -> Option<GuardRule> {
    match placed {
        Placed::Blocked { block, .. } => Some(block.rule),
        _ => None,
    }
}

fn unchanged(list: ListId) -> ChangeList {
    ChangeList {
        list,
        name: None,
        state: None,
        order: None,
        countdown: None,
        tries: None,
        apart_minutes: None,
        script: None,
    }
}

async fn set(desk: &Desk, list: ListId, state: ListState) -> CallList {
    let state = Some(state);
    let change = ChangeList {
        state,
        ..unchanged(list)
    };
    desk.change_list(change).await.unwrap()
}

#[tokio::test]
async fn a_sheet_is_previewed_and_becomes_a_list_with_its_own_fields() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let file = stage(&desk, SHEET).await;
    let preview = PreviewLeads {
        file,
        reading: LeadReading::default(),
    };
    let preview = desk.preview_leads(preview).await.unwrap();
    assert!(preview.usable);
    assert_eq!((preview.columns.len(), preview.rows.len()), (5, 3));

    let list = import(&desk, SHEET).await;
    let work = work(&desk, list).await;
    let card = work.lead.unwrap();
    assert_eq!(
        (&*card.lead.number, &*card.lead.name, &*card.lead.company),
        ("17722106054", "孙倩", "鲜达生鲜")
    );
    assert_eq!(card.note, "三月询过价");
    assert_eq!(
        (&*card.fields[0].name, &*card.fields[0].text),
        ("城市", "杭州")
    );
    let next: Vec<&str> = work.next.iter().map(|next| &*next.lead.name).collect();
    assert_eq!(next, ["郑浩", "何璐"]);
    assert_eq!((work.list.figures.leads, work.list.figures.open), (3, 3));
}

#[tokio::test]
async fn rows_that_stay_out_are_named_with_the_reason_and_exported_as_a_sheet() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let call = match dial(&desk, "13122107782").await {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    };
    choose(&desk, &call, NO_CALLS).await;
    desk.add_customer(bohao_wire::AddCustomer {
        name: "何璐".to_owned(),
        company: String::new(),
        number: Some("18822100146".to_owned()),
    })
    .await
    .unwrap();
    let sheet = format!("{SHEET}孙倩,17722106054,,,\r\n高翔,无,,,\r\n冯雪,12345,,,\r\n");
    let file = stage(&desk, &sheet).await;
    let rehearse = |known| RehearseLeads {
        file: file.clone(),
        reading: LeadReading {
            known,
            ..LeadReading::default()
        },
    };
    let report = desk.rehearse_leads(rehearse(None)).await.unwrap();
    let flaws: Vec<(u32, RowFlaw)> = report
        .rejected
        .iter()
        .map(|row| (row.row, row.flaw))
        .collect();
    assert_eq!(
        flaws,
        [
            (3, RowFlaw::Barred),
            (5, RowFlaw::Repeated),
            (6, RowFlaw::NoNumber),
            (7, RowFlaw::BadNumber),
        ]
    );
    assert_eq!((report.rows, report.taken, report.known), (6, 2, 1));
    assert_eq!(report.known_rows[0].customer.name, "何璐");

    let without = desk
        .rehearse_leads(rehearse(Some(KnownRows::LeaveOut)))
        .await
        .unwrap();
    assert_eq!((without.taken, without.rejected.len()), (1, 5));

    let path = dir.path().join("rejected.csv");
    desk.imports()
        .save_rejected_leads(
            file.clone(),
            LeadReading::default(),
            bohao_wire::Language::Zh,
            &path,
        )
        .await
        .unwrap();
    let saved = std::fs::read_to_string(path).unwrap();
    assert!(saved.contains("号码在勿扰名单里") && saved.contains("表中前面已有这个号码"));
    assert_eq!(saved.lines().count(), 5);

    // What was rehearsed is what happens.
    let list = import(&desk, &sheet).await;
    assert_eq!(work(&desk, list).await.list.figures.leads, 2);
}

/// 手机号 and 姓名 as GBK has them.
const GBK: &[u8] = b"\xca\xd6\xbb\xfa\xba\xc5;\xd0\xd5\xc3\xfb\r\n17722106054;\xcb\xef\xd9\xbb\r\n";

#[rstest]
#[case::gbk("名单.csv", GBK)]
#[case::tabs("名单.txt", "手机号\t姓名\n17722106054\t孙倩\n".as_bytes())]
#[case::json("名单.json", r#"[{"手机号":"17722106054","姓名":"孙倩"}]"#.as_bytes())]
#[case::json_lines("名单.jsonl", "{\"phone\":17722106054,\"name\":\"孙倩\"}\n".as_bytes())]
#[tokio::test]
async fn a_list_comes_from_any_sheet_that_the_log_can_read(
    #[case] name: &str,
    #[case] sheet: &[u8],
) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let file = stage_as(&desk, name, sheet).await;
    let request = ImportLeads {
        file,
        reading: LeadReading::default(),
        name: "名单".to_owned(),
    };
    let made = desk.import_leads(request).await.unwrap();
    let LeadsImported::Done { list, report } = made else {
        panic!("{made:?}");
    };
    assert_eq!((report.taken, report.rejected), (1, Vec::new()));
    let lead = shown(&desk, list).await.lead;
    assert_eq!(lead.number, "17722106054");
    assert!(lead.name.starts_with('孙'), "{}", lead.name);
}

#[tokio::test]
async fn what_columns_tell_is_chosen_and_remembered_for_the_next_sheet_like_it() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let sheet = "谁,打哪个,哪里\r\n孙倩,17722106054,杭州\r\n";
    let file = stage(&desk, sheet).await;
    let preview = |file, reading| PreviewLeads { file, reading };
    let guessed = desk
        .preview_leads(preview(file.clone(), LeadReading::default()))
        .await
        .unwrap();
    assert!(!guessed.usable && !guessed.remembered);

    let reading = LeadReading {
        mapping: Some(vec![Some(LeadField::Name), Some(LeadField::Number), None]),
        ..LeadReading::default()
    };
    let request = ImportLeads {
        file,
        reading,
        name: "名单".to_owned(),
    };
    let made = desk.import_leads(request).await.unwrap();
    let LeadsImported::Done { list, .. } = made else {
        panic!("{made:?}");
    };
    let card = shown(&desk, list).await;
    assert_eq!((&*card.lead.name, card.fields), ("孙倩", Vec::new()));

    let file = stage(&desk, sheet).await;
    let known = desk
        .preview_leads(preview(file, LeadReading::default()))
        .await
        .unwrap();
    assert!(known.usable && known.remembered);
}

#[tokio::test]
async fn a_sheet_without_anybody_to_call_leaves_no_list() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    for (sheet, reason) in [
        ("手机号\r\n无\r\n", "empty"),
        ("城市\r\n杭州\r\n", "no_header"),
    ] {
        let request = ImportLeads {
            file: stage(&desk, sheet).await,
            reading: LeadReading::default(),
            name: "空".to_owned(),
        };
        let fault = desk.import_leads(request).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::UnreadableFile);
        assert_eq!(fault.details["reason"], reason);
    }
    assert!(desk.lists(ListsQuery {}).await.unwrap().lists.is_empty());
}

#[tokio::test]
async fn a_list_is_worked_one_by_one_and_outcomes_move_it_on() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let first = shown(&desk, list).await.lead;

    let mut events = desk.events();
    let called = call(&desk, first.lead).await;
    let told = std::iter::from_fn(|| events.try_recv().ok()).collect::<Vec<_>>();
    assert!(told.contains(&Event::ListsChanged));
    // The log knows the name from now on, and finds the list's calls.
    assert_eq!(log(&desk).await[0].customer.as_ref().unwrap().name, "孙倩");
    let elsewhere = PlaceCall {
        number: "15922103365".to_owned(),
        tel_a: Some("13700001111".to_owned()),
        ticket: None,
    };
    desk.place_call(elsewhere).await.unwrap();
    let of_list = CallsQuery {
        list: Some(list),
        ..CallsQuery::default()
    };
    let page = desk.calls(of_list).await.unwrap();
    assert_eq!((page.total, &page.rows[0].call), (1, &called));

    // Until somebody says what came of it, the lead stays, and is not dialled again.
    let card = shown(&desk, list).await;
    assert_eq!(
        (card.lead.lead, card.lead.state),
        (first.lead, LeadState::Called)
    );
    assert_eq!(card.call.as_ref().unwrap().call, called);
    let again = desk.dial_lead(lead_dial(first.lead)).await.unwrap();
    assert_eq!(rule(&again), Some(GuardRule::Lead));

    choose(&desk, &called, NOT_INTERESTED).await;
    let second = shown(&desk, list).await;
    assert_eq!(second.lead.name, "郑浩");
    let called = call(&desk, second.lead.lead).await;
    choose(&desk, &called, INTERESTED).await;
    let third = shown(&desk, list).await;
    let called = call(&desk, third.lead.lead).await;
    choose(&desk, &called, NO_ANSWER).await;

    let over = work(&desk, list).await;
    assert!(over.lead.is_none() && over.next.is_empty());
    let next_at = over.next_at.expect("the third is to be tried again");
    let at = third.lead.turned_at.unwrap_or_default();
    assert!(next_at >= at + 2 * HOUR);
    let figures = &over.list.figures;
    assert_eq!((figures.done, figures.waiting, figures.dials), (2, 1, 3));
    assert_eq!(over.back, Some(third.lead.lead));
    assert_eq!(over.outcomes.len(), 3);
    assert_eq!(platform.calls().len(), 4);
}

#[tokio::test]
async fn an_outcome_can_be_changed_or_taken_back_and_the_lead_follows() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    let called = call(&desk, lead).await;
    let state = async || look_at(&desk, list, lead).await.lead.state;

    choose(&desk, &called, NOT_INTERESTED).await;
    assert_eq!(state().await, LeadState::Done);
    choose(&desk, &called, LATER).await;
    assert_eq!(state().await, LeadState::Waiting);
    desk.set_outcome(choice(&called, None)).await.unwrap();
    assert_eq!(state().await, LeadState::Called);
    assert_eq!(shown(&desk, list).await.lead.lead, lead);

    // An agreed hour is a follow-up's, and the list is done with the lead.
    let agreed = SetOutcome {
        follow_up_at: Some(i64::MAX / 2),
        ..choice(&called, Some(LATER))
    };
    desk.set_outcome(agreed).await.unwrap();
    assert_eq!(state().await, LeadState::Done);
    let detail = desk
        .call(bohao_wire::CallQuery { call: called })
        .await
        .unwrap();
    assert!(detail.follow_up.is_some());
}

#[tokio::test]
async fn the_list_tries_again_by_itself_and_leaves_no_wish_to_be_reminded_of() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    let called = call(&desk, lead).await;
    choose(&desk, &called, NO_ANSWER).await;
    let detail = desk
        .call(bohao_wire::CallQuery { call: called })
        .await
        .unwrap();
    assert!(detail.follow_up.is_none());
}

#[tokio::test]
async fn nobody_who_does_not_answer_is_tried_more_often_than_the_list_says() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let clock = Arc::new(AtomicI64::new(0));
    let lead = {
        let desk = open_guard(around(dir.path(), &platform.url())).await;
        let list = import(&desk, "手机号\r\n17722106054\r\n").await;
        let lead = shown(&desk, list).await.lead;
        desk.close().await;
        lead
    };
    for round in 1..=3 {
        // Each time the desk is opened two hours and a minute later.
        let mut around = around(dir.path(), &platform.url());
        let (system, ahead) = (around.clock.clone(), clock.clone());
        around.clock = Arc::new(move || system() + ahead.load(Ordering::Relaxed));
        let desk = open_guard(around).await;
        let due = shown(&desk, lead.list).await;
        assert_eq!((due.lead.lead, due.lead.tries), (lead.lead, round - 1));
        let called = call(&desk, lead.lead).await;
        choose(&desk, &called, NO_ANSWER).await;
        let then = look_at(&desk, lead.list, lead.lead).await.lead;
        match round {
            3 => assert_eq!((then.state, then.next_at), (LeadState::Done, None)),
            _ => assert_eq!(then.state, LeadState::Waiting),
        }
        desk.close().await;
        clock.fetch_add(2 * HOUR + 60_000, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn skipped_later_today_and_back() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let first = shown(&desk, list).await.lead;
    turn(&desk, first.lead, LeadTurn::Skip).await;
    let second = shown(&desk, list).await.lead;
    assert_eq!(second.name, "郑浩");
    turn(&desk, second.lead, LeadTurn::LaterToday).await;
    let then = work(&desk, list).await;
    assert_eq!(then.lead.unwrap().lead.name, "何璐");
    assert_eq!(then.back, Some(second.lead));
    let waiting = look_at(&desk, list, second.lead).await.lead;
    assert_eq!(waiting.state, LeadState::Waiting);
    assert!(waiting.next_at.is_some());

    turn(&desk, first.lead, LeadTurn::Open).await;
    assert_eq!(shown(&desk, list).await.lead.lead, first.lead);
    // A lead whose call has no outcome yet stays where it is.
    call(&desk, first.lead).await;
    let skip = TurnLead {
        lead: first.lead,
        turn: LeadTurn::Skip,
    };
    let fault = desk.turn_lead(skip).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::BadInput);
}

#[tokio::test]
async fn leads_are_put_in_order_by_hand() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let rows = || async {
        let query = LeadsQuery {
            list,
            state: None,
            search: None,
            offset: 0,
            limit: 0,
        };
        desk.leads(query).await.unwrap().rows
    };
    let before = rows().await;
    turn(&desk, before[2].lead, LeadTurn::First).await;
    let lead = before[2].lead;
    turn(&desk, before[1].lead, LeadTurn::Before { lead }).await;
    let names: Vec<String> = rows().await.into_iter().map(|row| row.name).collect();
    assert_eq!(names, ["郑浩", "何璐", "孙倩"]);
}

#[rstest]
#[case::end_of_a_number("7782", &["郑浩"])]
#[case::written_with_gaps("131-2210 7782", &["郑浩"])]
#[case::name("孙", &["孙倩"])]
#[case::company_by_its_initials("lyny", &["何璐"])]
#[case::several("77", &["孙倩", "郑浩"])]
#[case::nobody("王", &[])]
#[case::blank("  ", &["孙倩", "郑浩", "何璐"])]
#[tokio::test]
async fn leads_are_found_by_number_name_and_company(
    #[case] search: &str,
    #[case] expected: &[&str],
) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    import(&desk, SHEET).await;
    let query = |state, offset| LeadsQuery {
        list,
        state,
        search: Some(search.to_owned()),
        offset,
        limit: 0,
    };
    let page = desk.leads(query(None, 0)).await.unwrap();
    let names: Vec<&str> = page.rows.iter().map(|row| &*row.name).collect();
    assert_eq!(
        (names, page.total),
        (expected.to_vec(), expected.len() as u64)
    );
    let rest = desk.leads(query(Some(LeadState::Open), 1)).await.unwrap();
    assert_eq!(rest.rows.len(), expected.len().saturating_sub(1));
    assert_eq!(rest.total, expected.len() as u64);
    let done = desk.leads(query(Some(LeadState::Done), 0)).await.unwrap();
    assert_eq!(done.total, 0);
}

#[rstest]
#[case::paused(ListState::Paused)]
#[case::archived(ListState::Archived)]
#[tokio::test]
async fn nothing_of_a_list_that_rests_is_dialled(#[case] state: ListState) {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    assert_eq!(set(&desk, list, state).await.state, state);
    let placed = desk.dial_lead(lead_dial(lead)).await.unwrap();
    assert_eq!(rule(&placed), Some(GuardRule::Lead));
    assert!(platform.calls().is_empty() && log(&desk).await.is_empty());
    set(&desk, list, ListState::Open).await;
    call(&desk, lead).await;
}

#[tokio::test]
async fn several_lists_never_have_two_calls_of_one_own_number_under_way() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let (one, other) = (
        import(&desk, SHEET).await,
        import(&desk, "手机号\r\n15922103365\r\n").await,
    );
    let lead = shown(&desk, one).await.lead.lead;
    let another = shown(&desk, other).await.lead.lead;

    // Twenty windows press at the same instant.
    let mut presses = tokio::task::JoinSet::new();
    for press in 0..20 {
        let desk = desk.clone();
        let lead = if press % 2 == 0 { lead } else { another };
        presses.spawn(async move { desk.dial_lead(lead_dial(lead)).await.unwrap() });
    }
    let placed = presses.join_all().await;
    let taken: Vec<_> = placed
        .iter()
        .filter_map(|placed| match placed {
            Placed::Accepted { call, .. } => Some(call.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(platform.calls().len(), 1);

    // The one that was taken has no record yet: nobody else is called until it is over.
    let waiting = if platform.rings(OWN, "15922103365") == 1 {
        lead
    } else {
        another
    };
    let blocked = desk.dial_lead(lead_dial(waiting)).await.unwrap();
    assert_eq!(rule(&blocked), Some(GuardRule::UnderWay));
    // Another own number is another phone.
    let from_elsewhere = DialLead {
        tel_a: Some("13700001111".to_owned()),
        ..lead_dial(waiting)
    };
    let placed = desk.dial_lead(from_elsewhere).await.unwrap();
    assert!(matches!(placed, Placed::Accepted { .. }));
    choose(&desk, &taken[0], NOT_INTERESTED).await;
    let next = shown(&desk, one).await.lead;
    if next.state == LeadState::Open {
        call(&desk, next.lead).await;
    }
}

#[tokio::test]
async fn promise_1_one_press_dials_a_lead_once_however_often_its_answer_is_asked_for() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    for _ in 0..3 {
        let press = DialLead {
            ticket: Some("one-press".to_owned()),
            ..lead_dial(lead)
        };
        let placed = desk.dial_lead(press).await.unwrap();
        assert!(matches!(placed, Placed::Accepted { .. }));
    }
    assert_eq!((platform.calls().len(), log(&desk).await.len()), (1, 1));
}

#[tokio::test]
async fn promise_10_a_list_dials_nobody_who_wants_no_calls() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let (list, other) = (import(&desk, SHEET).await, import(&desk, SHEET).await);
    let lead = shown(&desk, list).await.lead.lead;
    let elsewhere = shown(&desk, other).await.lead.lead;
    let called = call(&desk, lead).await;
    choose(&desk, &called, NO_CALLS).await;
    choose(&desk, &called, LATER).await;

    assert_eq!(
        look_at(&desk, other, elsewhere).await.lead.state,
        LeadState::Barred
    );
    assert_eq!(
        look_at(&desk, list, lead).await.lead.state,
        LeadState::Barred
    );
    assert_eq!(shown(&desk, other).await.lead.name, "郑浩");
    for lead in [lead, elsewhere] {
        let placed = desk.dial_lead(lead_dial(lead)).await.unwrap();
        assert!(matches!(placed, Placed::Blocked { .. }), "{placed:?}");
        let open = TurnLead {
            lead,
            turn: LeadTurn::Open,
        };
        desk.turn_lead(open).await.unwrap_err();
    }
    assert_eq!(platform.calls().len(), 1);
}

#[tokio::test]
async fn whoever_was_called_too_often_is_passed_over_with_the_reason() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    dial(&desk, "17722106054").await;
    desk.set_guard(SetGuard {
        gap: Some(3_600),
        reason: "a test".to_owned(),
        ..SetGuard::default()
    })
    .await
    .unwrap();
    let list = import(&desk, SHEET).await;
    let work = work(&desk, list).await;
    assert_eq!(work.lead.unwrap().lead.name, "郑浩");
    let passed = &work.next[0];
    assert_eq!(passed.lead.name, "孙倩");
    let block = passed.block.as_ref().unwrap();
    assert_eq!(block.rule, GuardRule::Gap);

    // Where that is everybody, the list tells when to come back.
    let alone = import(&desk, "手机号\r\n17722106054\r\n").await;
    let work = self::work(&desk, alone).await;
    assert!(work.lead.is_none() && work.next.len() == 1);
    assert_eq!(work.next_at, block.frees_at);
}

#[tokio::test]
async fn a_dial_that_never_left_gives_the_lead_its_turn_back() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_guard(around(dir.path(), "http://127.0.0.1:9")).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    let placed = desk.dial_lead(lead_dial(lead)).await.unwrap();
    assert!(matches!(placed, Placed::NotSent { .. }), "{placed:?}");
    let card = shown(&desk, list).await;
    assert_eq!((card.lead.lead, card.lead.tries), (lead, 0));
    assert_eq!(card.lead.state, LeadState::Open);
}

#[tokio::test]
async fn what_was_said_last_time_is_shown_before_and_after_the_dial() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let earlier = match dial(&desk, "17722106054").await {
        Placed::Accepted { call, .. } => call,
        other => panic!("{other:?}"),
    };
    desk.set_note(bohao_wire::SetNote {
        call: earlier.clone(),
        note: "嫌运价高".to_owned(),
    })
    .await
    .unwrap();
    choose(&desk, &earlier, LATER).await;
    let list = import(&desk, SHEET).await;
    let card = shown(&desk, list).await;
    assert_eq!((card.calls, &*card.last.unwrap().note), (1, "嫌运价高"));
    call(&desk, card.lead.lead).await;
    let card = shown(&desk, list).await;
    assert_eq!((card.calls, &*card.last.unwrap().note), (2, "嫌运价高"));
}

#[tokio::test]
async fn a_list_has_settings_of_its_own_and_refuses_what_is_out_of_range() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let script = SaveScript {
        script: None,
        name: "冷链询价".to_owned(),
        opening: "您好".to_owned(),
        questions: Vec::new(),
    };
    let script = desk.save_script(script).await.unwrap().scripts[0].script;
    let changed = desk
        .change_list(ChangeList {
            name: Some(" 冷链 ".to_owned()),
            order: Some(LeadOrder::Random),
            countdown: Some(0),
            tries: Some(5),
            apart_minutes: Some(30),
            script: Some(ListScript::Own { script }),
            ..unchanged(list)
        })
        .await
        .unwrap();
    assert_eq!((&*changed.name, changed.order), ("冷链", LeadOrder::Random));
    assert_eq!((changed.countdown, changed.tries), (0, 5));
    assert_eq!(changed.script, Some(script));
    for change in [
        ChangeList {
            countdown: Some(11),
            ..unchanged(list)
        },
        ChangeList {
            tries: Some(0),
            ..unchanged(list)
        },
        ChangeList {
            apart_minutes: Some(1),
            ..unchanged(list)
        },
        ChangeList {
            name: Some(" ".to_owned()),
            ..unchanged(list)
        },
    ] {
        let fault = desk.change_list(change).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::BadInput);
    }
}

#[tokio::test]
async fn a_list_that_is_removed_leaves_its_calls_in_the_log() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let lead = shown(&desk, list).await.lead.lead;
    let called = call(&desk, lead).await;
    desk.remove_list(RemoveList { list }).await.unwrap();
    assert!(desk.lists(ListsQuery {}).await.unwrap().lists.is_empty());
    assert_eq!(log(&desk).await[0].call, called);
    // What is said of the call later concerns no list any more.
    choose(&desk, &called, NO_ANSWER).await;
}

#[tokio::test]
async fn the_guard_asks_a_list_for_the_last_outcome_too() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    desk.require_outcome(RequireOutcome { required: true })
        .await
        .unwrap();
    let list = import(&desk, SHEET).await;
    let order = PlaceCall {
        number: "15922103365".to_owned(),
        tel_a: Some("13700001111".to_owned()),
        ticket: None,
    };
    desk.place_call(order).await.unwrap();
    let lead = shown(&desk, list).await;
    assert_eq!(lead.guard.block.as_ref().unwrap().rule, GuardRule::Outcome);
    let placed = desk.dial_lead(lead_dial(lead.lead.lead)).await.unwrap();
    assert_eq!(rule(&placed), Some(GuardRule::Outcome));
}

#[tokio::test]
async fn what_came_of_a_list_is_exported_as_a_sheet() {
    use bohao_wire::{
        ExportList, ExportedCalls, Headings, LongNumbers, NumbersShown, SheetForm, SheetFormat,
        TextEncoding,
    };
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let called = call(&desk, shown(&desk, list).await.lead.lead).await;
    choose(&desk, &called, NOT_INTERESTED).await;
    let path = dir.path().join("results.csv");
    let request = |format| ExportList {
        job: "a-job".to_owned(),
        list,
        sheet: SheetForm {
            format,
            encoding: TextEncoding::Utf8,
            numbers: NumbersShown::Whole,
            digits: LongNumbers::Plain,
            headings: Headings::Zh,
        },
    };
    let refuse = bohao_engine::Overwrite::Refuse;
    let exported = desk
        .export_list(request(SheetFormat::Csv), path.clone(), refuse)
        .await
        .unwrap();
    assert!(matches!(exported, ExportedCalls::Saved { rows: 3, .. }));
    let sheet = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = sheet.lines().collect();
    assert_eq!(lines.len(), 4);
    let begins = |line: &str, with: &str| assert!(line.starts_with(with), "{line}");
    begins(
        lines[1],
        "17722106054,孙倩,鲜达生鲜,杭州,三月询过价,已结束,无意向,1,",
    );
    begins(lines[2], "13122107782,郑浩,顺冷供应链,宁波,,待拨,,0,");
    let json = desk.export_list(
        request(SheetFormat::Json),
        dir.path().join("no.json"),
        refuse,
    );
    assert_eq!(json.await.unwrap_err().code, FaultCode::BadInput);
    let (mut workbook, rows) = desk
        .export_list_to_hand_out(request(SheetFormat::Xlsx))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(rows, 3);
    // What is exported can be worked anew.
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut workbook, &mut bytes).unwrap();
    let file = stage_as(&desk, "名单结果.xlsx", &bytes).await;
    let reading = LeadReading::default();
    let again = RehearseLeads { file, reading };
    let report = desk.rehearse_leads(again).await.unwrap();
    assert_eq!((report.taken, report.known), (3, 1));
}

#[tokio::test]
async fn a_sheet_that_became_a_list_already_is_known_again_and_may_become_another() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let looked_at = async |name: &str, sheet: &str| {
        let request = PreviewLeads {
            file: stage_as(&desk, name, sheet.as_bytes()).await,
            reading: LeadReading::default(),
        };
        desk.preview_leads(request).await.unwrap().made_before
    };
    assert_eq!(looked_at("a.csv", SHEET).await, None);
    let first = import(&desk, SHEET).await;
    let before = looked_at("又一份.csv", SHEET).await.unwrap();
    assert_eq!((before.list, before.name.as_str()), (first, "十一月冷链"));
    assert!(before.made_at > 0);

    let other = SHEET.replace("孙倩", "孙茜");
    assert_eq!(looked_at("a.csv", &other).await, None);
    let second = import(&desk, SHEET).await;
    assert_eq!(looked_at("a.csv", SHEET).await.unwrap().list, second);
    for list in [first, second] {
        desk.remove_list(RemoveList { list }).await.unwrap();
    }
    assert_eq!(looked_at("a.csv", SHEET).await, None);
}

/// A list of hashes as another desk hands it out.
fn hashes_of(dir: &std::path::Path, numbers: &[&str]) -> std::path::PathBuf {
    let mut text = format!("hmac-sha256 salt={}\n", "5a".repeat(16));
    for number in numbers {
        let hash = bohao_store::keyed_hash(&[0x5a; 16], number);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!("{hex}\n"));
    }
    let path = dir.join("勿扰.csv");
    std::fs::write(&path, text).unwrap();
    path
}

async fn bar_by(desk: &Desk, path: &std::path::Path) {
    let request = ImportDoNotCall {
        file: desk.imports().stage(path).unwrap().file,
        reading: DoNotCallReading::default(),
        reason: "总部名单".to_owned(),
    };
    desk.import_do_not_call(request).await.unwrap();
}

#[tokio::test]
async fn a_list_comes_to_its_end_without_those_who_are_barred_by_their_hashes() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let list = import(&desk, SHEET).await;
    let first = shown(&desk, list).await.lead;
    assert_eq!(first.number, "17722106054");

    let path = hashes_of(dir.path(), &["17722106054", "18822100146"]);
    bar_by(&desk, &path).await;

    let figures = work(&desk, list).await.list.figures;
    assert_eq!((figures.open, figures.barred), (1, 2));
    let only = shown(&desk, list).await.lead;
    assert_eq!(only.number, "13122107782");
    let called = call(&desk, only.lead).await;
    choose(&desk, &called, NOT_INTERESTED).await;
    let over = work(&desk, list).await;
    assert_eq!((over.lead, over.next.len(), over.next_at), (None, 0, None));

    // Lifting gives the turn back, and the same list takes it again.
    let lift = LiftDoNotCall {
        number: first.number.clone(),
        reason: "客户来电要求恢复联系".to_owned(),
    };
    desk.lift_do_not_call(lift).await.unwrap();
    assert_eq!(shown(&desk, list).await.lead.lead, first.lead);
    bar_by(&desk, &path).await;
    assert_eq!(work(&desk, list).await.list.figures.barred, 2);
}
