//! That the system is told of a follow-up at its time, and what the buttons of its notification do.

use crate::program;
use crate::station::Station;
use crate::webdriver::Page;
use serde_json::json;
use std::collections::HashMap;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

const NAME: &str = "org.freedesktop.Notifications";
const PLACE: &str = "/org/freedesktop/Notifications";
const NUMBER: &str = "13922104471";

/// What stands in for the desktop's own service.
struct Notifications {
    told: UnboundedSender<Shown>,
    last: u32,
}

#[derive(Debug)]
struct Shown {
    id: u32,
    text: String,
    actions: Vec<String>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the service's own form")]
    fn notify(
        &mut self,
        _program: String,
        _replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.last += 1;
        let _ = self.told.send(Shown {
            id: self.last,
            text: format!("{summary}\n{body}"),
            actions,
        });
        self.last
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action: &str)
    -> zbus::Result<()>;
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn a_notification_leads_to_the_number_dials_nothing_and_can_be_put_off() {
    let (told, mut shown) = unbounded_channel();
    let bus = zbus::connection::Builder::session()
        .and_then(|bus| bus.serve_at(PLACE, Notifications { told, last: 0 }))
        .and_then(|bus| bus.name(NAME))
        .expect("a session bus");
    let bus = bus.build().await.expect("nobody else shows notifications");
    let mut station = Station::new();
    let page = station.open(program()).await;
    page.click("first-run-practice").await;
    page.see("[data-testid=\"practice-strip\"]").await;

    let one = due(&page, &mut shown).await;
    assert!(!one.text.contains(NUMBER), "{}", one.text);
    assert!(one.text.contains("4471"), "{}", one.text);
    answer(&bus, &one, "snooze").await;
    page.see("nav:not(:has([data-testid=\"nav-due\"]))").await;

    let two = due(&page, &mut shown).await;
    page.click("nav-settings").await;
    answer(&bus, &two, "dial").await;
    page.see("[data-testid=\"dial-button\"]:not(:disabled)")
        .await;
    let line = "return document.querySelector('[data-testid=\"number-input\"]').value";
    assert_eq!(page.run(line, &[]).await, json!("139 •••• 4471"));
    let dialled = "return document.querySelector('[data-testid=\"today-dialled\"]').innerText";
    assert_eq!(page.run(dialled, &[]).await, json!("0"));
    page.click("dial-button").await;
    page.see("[data-testid=\"live-card\"]").await;
    station.quit();
}

/// A follow-up that is due in a moment, and its notification.
async fn due(page: &Page, shown: &mut UnboundedReceiver<Shown>) -> Shown {
    let add = "window.__TAURI_INTERNALS__.invoke('mutate', { request: { name: 'AddFollowUp',
        args: { number: arguments[0], at: Date.now() + 1000 } } })";
    page.run(add, &[json!(NUMBER)]).await;
    let one = shown.recv().await.expect("the service is there");
    assert!(one.actions.iter().any(|action| action == "dial"));
    page.see("[data-testid=\"nav-due\"]").await;
    one
}

async fn answer(bus: &zbus::Connection, one: &Shown, action: &str) {
    let emitter = SignalEmitter::new(bus, PLACE).expect("a plain path");
    let told = Notifications::action_invoked(&emitter, one.id, action).await;
    told.expect("the bus takes it");
}
