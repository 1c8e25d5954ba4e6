//! What stands behind the window on the pictures: a platform that takes every dial, a relay, and a
//! week of calls that the engine itself placed, with a clock that was moved along.

use crate::voice;
use base64::Engine as _;
use bohao_engine::{Desk, Opening, Surroundings};
use bohao_relay::NewSeat;
use bohao_wire::{
    AddCustomer, CallId, ChangeSettings, DialLead, Event, FetchRecording, HandOver, ImportLeads,
    LeadId, LeadReading, LeadsImported, LeadsQuery, Mode, Mutations, OutcomeId, Pair, PlaceCall,
    Placed, Queries, Secret, SetAccount, SetGuard, SetMode, SetNote, SetOutcome,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// The salesperson's own number.
const OWN: &str = "13800006620";
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A platform and a relay, for as long as pictures are taken.
pub struct Stage {
    platform: String,
    lengths: Lengths,
    /// How far the clock is from the real one, in milliseconds.
    moved: Arc<AtomicI64>,
    relay: bohao_relay::Running,
    seat: NewSeat,
    _folder: tempfile::TempDir,
}

/// How many seconds a call's recording has, by the end of its platform address.
type Lengths = Arc<Mutex<HashMap<String, u32>>>;

/// A sheet of people to call, and what the list of it is called.
pub struct List {
    pub name: &'static str,
    pub sheet: String,
}

/// A number, and whose it is: name and company.
pub type Person = (&'static str, &'static str, &'static str);

/// Which lead has a number.
type Leads = HashMap<String, LeadId>;

/// A call of the past.
struct Past {
    minutes_ago: i64,
    customer: &'static str,
    /// As the platform's records have it.
    status: u8,
    seconds: u32,
    reason: &'static str,
    outcome: Option<i64>,
}

impl Stage {
    pub async fn set() -> Stage {
        let folder = tempfile::tempdir().expect("a folder for the relay");
        let moved = Arc::new(AtomicI64::new(0));
        let settings = bohao_relay::Settings {
            clock: clock(&moved),
            ..bohao_relay::Settings::new(folder.path().join("relay.db"))
        };
        let relay = bohao_relay::start(settings, ([127, 0, 0, 1], 0).into())
            .await
            .expect("the relay starts");
        let seats = relay.seats().clone();
        let seat = tokio::task::spawn_blocking(move || seats.add("zhang-san", now()));
        let lengths = Lengths::default();
        Stage {
            platform: platform(lengths.clone()),
            lengths,
            moved,
            seat: seat
                .await
                .expect("nothing stops it")
                .expect("an empty relay"),
            relay,
            _folder: folder,
        }
    }

    /// What a user enters, so that the account is this stage's.
    pub fn entries(&self) -> [Value; 4] {
        let link = self.seat.pairing.to_link();
        [
            json!({"name": "SetAccount", "args": {
                "app_key": "pictures-key",
                "app_secret": "pictures-secret",
                "own_numbers": [OWN],
            }}),
            json!({"name": "Pair", "args": {"link": link.expose_secret()}}),
            json!({"name": "ChangeSettings", "args": {
                "call_url": self.platform, "recording_url": self.platform,
            }}),
            json!({"name": "SetMode", "args": {"mode": "live"}}),
        ]
    }

    /// Writes people and a week of calls into a data folder, and notes to the latest of them. Today they follow
    /// a list, which is not at its end.
    pub async fn fill(&self, data_dir: &Path, people: &[Person], notes: [&str; 3], list: List) {
        let around = Surroundings {
            clock: clock(&self.moved),
            ..Surroundings::apart(data_dir.to_owned())
        };
        let desk = Desk::open(around, Opening::Remembered)
            .await
            .expect("a new desk");
        self.set_up(&desk).await;
        desk.start().await.expect("nobody else works on it");
        let mut notes = notes.into_iter().rev();
        for &(number, name, company) in people {
            let known = AddCustomer {
                name: name.to_owned(),
                company: company.to_owned(),
                number: Some(number.to_owned()),
            };
            desk.add_customer(known)
                .await
                .expect("nobody has the number");
        }
        for past in earlier() {
            self.go_to(past.minutes_ago);
            self.place(&desk, &past, None).await;
        }
        let today = today();
        self.go_to(today[0].minutes_ago + 5);
        let leads = import(&desk, list).await;
        for (left, past) in (0..today.len()).rev().zip(today) {
            self.go_to(past.minutes_ago);
            let lead = leads.get(past.customer).copied();
            let call = self.place(&desk, &past, lead).await;
            if let Some(outcome) = past.outcome {
                let outcome = Some(OutcomeId(outcome));
                let chosen = SetOutcome {
                    call: call.clone(),
                    outcome,
                    follow_up_at: None,
                    why: None,
                    by: None,
                };
                desk.set_outcome(chosen).await.expect("it comes with Bohao");
            }
            if past.status == 1
                && left < 5
                && let Some(note) = notes.next()
            {
                let note = note.to_owned();
                let noted = desk.set_note(SetNote { call, note }).await;
                noted.expect("a note is kept");
            }
        }
        desk.close().await;
        self.moved.store(0, Ordering::SeqCst);
    }

    fn go_to(&self, minutes_ago: i64) {
        self.moved.store(-minutes_ago * MINUTE, Ordering::SeqCst);
    }

    pub async fn strike(self) {
        let _ = self.relay.stop().await;
    }

    async fn set_up(&self, desk: &Desk) {
        let account = SetAccount {
            app_key: Some(Secret::from("pictures-key")),
            app_secret: Some(Secret::from("pictures-secret")),
            own_numbers: Some(vec![OWN.to_owned()]),
        };
        desk.set_account(account).await.expect("an account");
        let link = Secret(self.seat.pairing.to_link());
        desk.pair(Pair { link }).await.expect("a relay");
        let settings = ChangeSettings {
            call_url: Some(self.platform.clone()),
            recording_url: Some(self.platform.clone()),
            ..ChangeSettings::default()
        };
        desk.change_settings(settings).await.expect("addresses");
        let at_any_hour = SetGuard {
            hours: Some("00:00-24:00".to_owned()),
            reason: "nobody is called".to_owned(),
            ..SetGuard::default()
        };
        desk.set_guard(at_any_hour).await.expect("a guard");
        let mode = Mode::Live;
        desk.set_mode(SetMode { mode }).await.expect("live");
    }

    /// Places a call, pushes its record, and waits until nothing more is to come of it.
    async fn place(&self, desk: &Desk, past: &Past, lead: Option<LeadId>) -> CallId {
        let mut events = desk.events();
        let placed = match lead {
            Some(lead) => {
                let order = DialLead {
                    lead,
                    tel_a: None,
                    ticket: None,
                };
                desk.dial_lead(order).await
            }
            None => {
                let number = past.customer.to_owned();
                let order = PlaceCall {
                    number,
                    ..PlaceCall::default()
                };
                desk.place_call(order).await
            }
        };
        let placed = placed.expect("it can be placed");
        let Placed::Accepted { call, subid, .. } = placed else {
            panic!("the platform takes every dial: {placed:?}");
        };
        if let Ok(mut lengths) = self.lengths.lock() {
            lengths.insert(subid.clone(), past.seconds);
        }
        let rung = now() / 1000 - past.minutes_ago * 60 + 9;
        let over = rung + i64::from(past.seconds).max(21);
        self.moved.store(over * 1000 - now(), Ordering::SeqCst);
        let record = json!({
            "subid": subid,
            "telA": OWN,
            "telB": past.customer,
            "startTime": rung.to_string(),
            "endTime": over.to_string(),
            "duration": past.seconds,
            "status": past.status,
            "unaswRsn": past.reason,
        });
        let push = reqwest::Client::new()
            .post(self.seat.push_url.expose_secret())
            .json(&record);
        push.send().await.expect("the relay answers");
        loop {
            if let Ok(Event::CallChanged { row, .. }) = events.recv().await
                && row.call == call
                && row.status.is_some()
            {
                break;
            }
        }
        if past.status == 1 {
            let fetched = desk.fetch_recording(FetchRecording { call: call.clone() });
            fetched.await.expect("the platform has it");
        }
        call
    }
}

/// A clock that is so far from the real one.
fn clock(moved: &Arc<AtomicI64>) -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let moved = moved.clone();
    Arc::new(move || now() + moved.load(Ordering::SeqCst))
}

async fn import(desk: &Desk, list: List) -> Leads {
    let staged = HandOver {
        name: "list.csv".to_owned(),
        content: base64::engine::general_purpose::STANDARD.encode(&list.sheet),
    };
    let file = desk.hand_over(staged).await.expect("it is small").file;
    let request = ImportLeads {
        file,
        reading: LeadReading::default(),
        name: list.name.to_owned(),
    };
    let imported = desk.import_leads(request).await.expect("a sheet of leads");
    let LeadsImported::Done { list, .. } = imported else {
        panic!("nobody cancels it");
    };
    let all = LeadsQuery {
        list,
        state: None,
        search: None,
        offset: 0,
        limit: 0,
    };
    let leads = desk.leads(all).await.expect("they are there").rows;
    leads
        .into_iter()
        .map(|lead| (lead.number, lead.lead))
        .collect()
}

/// Today's calls, the oldest first, with the outcomes that come with Bohao by their numbers.
fn today() -> Vec<Past> {
    const TODAY: [(i64, &str, u8, u32, &str, i64); 13] = [
        (171, "13855507719", 3, 0, "空号", 5),
        (163, "15955503365", 1, 257, "", 1),
        (150, "13655508203", 1, 19, "", 3),
        (138, "15255504410", 2, 0, "客户关机", 4),
        (126, "18855500146", 1, 123, "", 2),
        (113, "13155507782", 1, 341, "", 1),
        (74, "17755506054", 2, 0, "无人应答", 4),
        (61, "13355505109", 2, 0, "客户拒接", 0),
        (49, "15055509023", 1, 48, "", 2),
        (36, "15755502208", 2, 0, "客户忙", 4),
        (28, "02155553300", 2, 0, "客户未接", 4),
        (17, "18655500917", 1, 86, "", 3),
        (8, "13922104471", 1, 192, "", 1),
    ];
    TODAY
        .map(
            |(minutes_ago, customer, status, seconds, reason, outcome)| Past {
                minutes_ago,
                customer,
                status,
                seconds,
                reason,
                outcome: (outcome != 0).then_some(outcome),
            },
        )
        .into()
}

/// The calls of the days before, the oldest first.
fn earlier() -> Vec<Past> {
    const REASONS: [&str; 5] = ["客户未接", "客户忙", "无人应答", "客户关机", "客户拒接"];
    const CUSTOMERS: [&str; 9] = [
        "13922104471",
        "15655501290",
        "18955504416",
        "13755508830",
        "02855557702",
        "18155506639",
        "15355509917",
        "13055502284",
        "17655503351",
    ];
    let calls = (0u8..44).map(|number| {
        let (step, place_in_list) = (i64::from(number), usize::from(number));
        let (day, place) = (4 - step / 11, step % 11);
        let connected = [0, 2, 3, 6, 8].contains(&((step * 7 + 3) % 10));
        Past {
            minutes_ago: day * DAY / MINUTE + 200 - place * 37 - step * 11 % 17,
            customer: CUSTOMERS[place_in_list * 5 % CUSTOMERS.len()],
            status: if connected { 1 } else { 2 },
            seconds: if connected {
                14 + u32::from(number) * 37 % 53
            } else {
                0
            },
            reason: if connected {
                ""
            } else {
                REASONS[place_in_list * 3 % 5]
            },
            outcome: None,
        }
    });
    calls.collect()
}

/// A platform that takes every dial and has every recording. It asks for no signature.
fn platform(lengths: Lengths) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = listener.local_addr().expect("it has an address").port();
    let dialled = Arc::new(AtomicU32::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (dialled, lengths) = (dialled.clone(), lengths.clone());
            thread::spawn(move || answer(stream, &dialled, &lengths));
        }
    });
    format!("http://127.0.0.1:{port}")
}

fn answer(mut stream: TcpStream, dialled: &AtomicU32, lengths: &Lengths) -> io::Result<()> {
    let mut request = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    request.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        request.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    io::copy(&mut request.take(length), &mut io::sink())?;
    if first.starts_with("POST") {
        let number = dialled.fetch_add(1, Ordering::SeqCst);
        let answer = json!({"code": 200, "msg": "success", "data": {
            "subid": format!("0420261124135204{:010}", 1_890_045_359 + u64::from(number) * 7_919_003),
            "telX": "13555508842",
        }});
        reply(
            &mut stream,
            "application/json",
            answer.to_string().as_bytes(),
        )
    } else {
        let subid = first
            .split(['/', '?', ' '])
            .find(|part| part.starts_with("0420"));
        let subid = subid.unwrap_or_default();
        let known = lengths.lock().ok();
        let seconds = known.and_then(|known| known.get(subid).copied());
        let seed = subid.bytes().map(u32::from).sum();
        reply(
            &mut stream,
            "audio/wav",
            &voice::wav(seconds.unwrap_or(3), seed),
        )
    }
}

fn reply(stream: &mut TcpStream, kind: &str, body: &[u8]) -> io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    stream.write_all(body)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the pictures show the week before they are taken"
)]
pub fn now() -> i64 {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since_1970.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
