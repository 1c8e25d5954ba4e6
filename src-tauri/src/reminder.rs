//! Says on the system's own ground that follow-ups are due, since the window may be anywhere.
//!
//! Linux and Windows show two buttons: one goes to the dial screen with the number in, where Enter
//! dials, and one puts it off. On macOS there is only the word. The window shows all of it in any
//! case, so whatever the system makes of this, nothing is lost. No number is whole here.

#![cfg_attr(
    target_os = "macos",
    expect(dead_code, reason = "a notification is not answered there")
)]

use crate::words::Words;
use crate::{events, window, words};
use bohao_engine::{Desk, follow_ups};
use bohao_wire::{Event, FollowUpRow, Mutations, Screen, Snooze, SnoozeFollowUp, Zone};
use tauri::{AppHandle, Manager, UserAttentionType};

const DIAL: &str = "dial";
const SNOOZE: &str = "snooze";

/// One notification.
struct Reminder {
    title: String,
    body: String,
    /// What its buttons are called; several follow-ups at once have none.
    buttons: Option<[(&'static str, &'static str); 2]>,
}

/// How a notification was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Opened,
    Dial,
    Snooze,
}

/// Tells of follow-ups that are due.
pub fn remind(app: &AppHandle, desk: &Desk, rows: &[FollowUpRow]) {
    let Some(first) = rows.first().cloned() else {
        return;
    };
    if let Some(window) = app.get_webview_window(window::MAIN) {
        // Whoever looks at the window sees it there.
        if window.is_focused().unwrap_or(false) {
            return;
        }
        // A mark at the window's own place; a desktop that has none is no fault.
        let _ = window.request_user_attention(Some(UserAttentionType::Informational));
    }
    let reminder = reminder(words::of(app), rows);
    let (app, desk) = (app.clone(), desk.clone());
    // It waits as long as the notification is on the screen.
    std::thread::spawn(move || {
        show(&app.clone(), &reminder, move |answer| {
            answered(&app, &desk, &first, answer);
        });
    });
}

fn reminder(words: &Words, rows: &[FollowUpRow]) -> Reminder {
    let line = |row: &FollowUpRow| {
        let parts = [follow_ups::shown(row), follow_ups::shown_why(row)];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    };
    match rows {
        [one] => Reminder {
            title: words.due.to_owned(),
            body: line(one),
            buttons: Some([(DIAL, words.due_dial), (SNOOZE, words.due_snooze)]),
        },
        many => Reminder {
            title: (words.due_many)(many.len()),
            body: many.iter().take(3).map(line).collect::<Vec<_>>().join("\n"),
            buttons: None,
        },
    }
}

fn answer_of(action: Option<&str>) -> Answer {
    match action {
        Some(DIAL) => Answer::Dial,
        Some(SNOOZE) => Answer::Snooze,
        _ => Answer::Opened,
    }
}

fn answered(app: &AppHandle, desk: &Desk, row: &FollowUpRow, answer: Answer) {
    match answer {
        Answer::Opened => {
            window::focus(app);
            let screen = Screen::FollowUps;
            events::send(app, &Event::ScreenAsked { screen });
        }
        Answer::Dial => {
            window::focus(app);
            let number = row.follow_up.number.clone();
            events::send(app, &Event::NumberAsked { number });
        }
        Answer::Snooze => {
            let desk = desk.clone();
            let request = SnoozeFollowUp {
                follow_up: row.follow_up.follow_up,
                until: Snooze::TenMinutes,
                // Ten minutes are as long everywhere.
                zone: Zone {
                    name: String::new(),
                    offset_minutes: 0,
                },
            };
            tauri::async_runtime::spawn(async move {
                if let Err(fault) = desk.snooze_follow_up(request).await {
                    tracing::warn!(code = ?fault.code, "a follow-up could not be put off");
                }
            });
        }
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn show(app: &AppHandle, reminder: &Reminder, answered: impl FnOnce(Answer) + Send + 'static) {
    use notify_rust::{Hint, Notification, NotificationResponse, Timeout};
    let mut notification = Notification::new();
    notification
        .appname(words::of(app).name)
        .summary(&reminder.title)
        .body(&as_text(&reminder.body))
        .hint(Hint::DesktopEntry("Bohao".to_owned()))
        .timeout(Timeout::Never)
        .action("default", words::of(app).due);
    for (action, label) in reminder.buttons.iter().flatten() {
        notification.action(action, label);
    }
    let shown = notification.show().and_then(|handle| {
        handle.wait_for_response(move |response: &NotificationResponse| match response {
            NotificationResponse::Default => answered(Answer::Opened),
            NotificationResponse::Action(action) => answered(answer_of(Some(action))),
            _ => {}
        })
    });
    if shown.is_err() {
        tracing::info!("this desktop shows no notifications; the window does");
    }
}

/// A body is markup to some desktops.
#[cfg(all(unix, not(target_os = "macos")))]
fn as_text(body: &str) -> String {
    body.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(windows)]
fn show(app: &AppHandle, reminder: &Reminder, answered: impl FnOnce(Answer) + Send + 'static) {
    use std::sync::mpsc;
    use tauri_winrt_notification::{Scenario, Toast};
    let (told, answer) = mpsc::channel();
    let gone = told.clone();
    let mut toast = Toast::new(&app.config().identifier)
        .title(&reminder.title)
        .text1(&reminder.body)
        .scenario(Scenario::Reminder);
    for (action, label) in reminder.buttons.iter().flatten() {
        toast = toast.add_button(label, action);
    }
    let toast = toast
        .on_activated(move |action| {
            // The thread below waits for this.
            let _ = told.send(Some(answer_of(action.as_deref())));
            Ok(())
        })
        .on_dismissed(move |_| {
            let _ = gone.send(None);
            Ok(())
        });
    if toast.show().is_err() {
        tracing::info!("this desktop shows no notifications; the window does");
        return;
    }
    if let Ok(Some(answer)) = answer.recv() {
        answered(answer);
    }
}

/// The script's host is a program of the system's; what is said comes as its arguments, so none of it is
/// taken for a part of the script.
#[cfg(target_os = "macos")]
fn show(_: &AppHandle, reminder: &Reminder, _: impl FnOnce(Answer) + Send + 'static) {
    const SCRIPT: &str = "on run said
        display notification (item 2 of said) with title (item 1 of said)
    end run";
    let shown = std::process::Command::new("/usr/bin/osascript")
        .args(["-e", SCRIPT, "--"])
        .args([&reminder.title, &reminder.body])
        .status();
    if !shown.is_ok_and(|status| status.success()) {
        tracing::info!("this desktop shows no notifications; the window does");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::{FollowUp, FollowUpKind, FollowUpState};

    const NUMBER: &str = "13922104471";

    fn row(why: &str) -> FollowUpRow {
        FollowUpRow {
            follow_up: FollowUp {
                follow_up: 1,
                number: NUMBER.to_owned(),
                call: None,
                due_at: 0,
                meant: None,
                why: why.to_owned(),
                kind: FollowUpKind::FollowUp,
                state: FollowUpState::Open,
                made_at: 0,
            },
            customer: None,
        }
    }

    #[test]
    fn promise_9_a_notification_shows_no_whole_number() {
        let one = reminder(words::of_system(), &[row("转 139-2210-4471 报价")]);
        assert!(
            one.body.contains("报价") && one.body.contains("139"),
            "{}",
            one.body
        );
        assert!(!one.body.contains("2210"), "{}", one.body);
        assert!(one.buttons.is_some());
        let many = vec![row(""); 5];
        let many = reminder(words::of_system(), &many);
        assert!(many.title.contains('5') && many.buttons.is_none());
        assert_eq!(many.body.lines().count(), 3);
    }

    #[test]
    fn a_button_does_what_it_says_and_a_click_elsewhere_opens() {
        assert_eq!(answer_of(Some(DIAL)), Answer::Dial);
        assert_eq!(answer_of(Some(SNOOZE)), Answer::Snooze);
        assert_eq!(answer_of(Some("")), Answer::Opened);
        assert_eq!(answer_of(None), Answer::Opened);
    }
}
