//! The keys that dial what was copied, pressed while another program has the keyboard.

use crate::ENTER;
use crate::dial_screen::{READY, dialled, line_is, nothing_is_dialled, practise};
use crate::program;
use crate::station::Station;
use crate::webdriver::Page;
use arboard::{Clipboard, LinuxClipboardKind, SetExtLinux};
use global_hotkey::GlobalHotKeyManager;

const KEYS: [&str; 2] = ["key", "ctrl+shift+d"];

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn the_keys_fill_the_copied_number_in_and_enter_dials() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    let mut clipboard = Clipboard::new().expect("there is a display");
    copy(&mut clipboard, "请联系 139-2210-4471 张先生，下午三点");
    page.click("nav-settings").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"works\"]")
        .await;
    press(&station);
    page.see(READY).await;
    line_is(&page, "139 •••• 4471").await;
    nothing_is_dialled(&page).await;
    page.type_into("number-input", ENTER).await;
    page.see("[data-testid=\"live-card\"]").await;
    dialled(&page, 1).await;

    // What is marked need not be copied, and goes before what was.
    let marked = clipboard
        .set()
        .clipboard(LinuxClipboardKind::Primary)
        .text("021-5555 3300");
    marked.expect("it is marked");
    press(&station);
    page.see("[data-testid=\"link-choice\"]").await;
    page.run(
        "window.dispatchEvent(new KeyboardEvent('keydown', {key: '1'}))",
        &[],
    )
    .await;
    line_is(&page, "021 •••• 3300").await;

    copy(&mut clipboard, "三月的报价");
    let marked = clipboard
        .set()
        .clipboard(LinuxClipboardKind::Primary)
        .text("没有号码");
    marked.expect("it is marked");
    press(&station);
    page.see("[data-testid=\"link-nothing_copied\"]").await;
    page.click("link-understood").await;
    line_is(&page, "021 •••• 3300").await;
    dialled(&page, 1).await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn the_command_line_does_what_the_keys_do() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    let mut clipboard = Clipboard::new().expect("there is a display");
    copy(&mut clipboard, "13922104471");
    let second = station.command(program()).arg("--dial-copied").status();
    assert!(second.expect("it starts").success(), "it ends quietly");
    line_is(&page, "139 •••• 4471").await;
    nothing_is_dialled(&page).await;
    station.quit();

    copy(&mut clipboard, "13922104472");
    let page = station.open_with(program(), &["--dial-copied"]).await;
    line_is(&page, "139 •••• 4472").await;
    nothing_is_dialled(&page).await;
    station.quit();
}

#[tokio::test]
#[ignore = "needs a display and a session bus of its own: run `cargo xtask test`"]
async fn keys_of_another_program_are_said_to_be_taken_and_those_before_go_on() {
    let mut station = Station::new();
    let page = practise(&mut station).await;
    let other = GlobalHotKeyManager::new().expect("there is a display");
    let taken = "Ctrl+Alt+KeyP".parse().expect("they can be read");
    other.register(taken).expect("nobody has them yet");
    page.click("nav-settings").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"works\"]")
        .await;
    choose(&page, "KeyP", "ctrlKey: true, altKey: true").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"taken\"]")
        .await;
    choose(&page, "KeyC", "ctrlKey: true").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"no_keys\"]")
        .await;
    let mut clipboard = Clipboard::new().expect("there is a display");
    copy(&mut clipboard, "13922104471");
    press(&station);
    line_is(&page, "139 •••• 4471").await;

    // Others that work are kept over a restart, and those before are given back.
    page.click("nav-settings").await;
    choose(&page, "KeyK", "ctrlKey: true, altKey: true").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"works\"]")
        .await;
    station.quit();
    let page = station.open(program()).await;
    page.see("[data-testid=\"practice-strip\"]").await;
    page.click("nav-settings").await;
    page.see("[data-testid=\"shortcut-standing\"][data-standing=\"works\"]")
        .await;
    copy(&mut clipboard, "13922104473");
    station.press_anywhere(&["key", "ctrl+alt+k"]);
    line_is(&page, "139 •••• 4473").await;
    let free = "Ctrl+Shift+KeyD".parse().expect("they can be read");
    other.register(free).expect("nobody has them any more");
    station.quit();
}

/// Copies as another program would, so that nothing older is marked either.
fn copy(clipboard: &mut Clipboard, text: &str) {
    clipboard.set_text(text).expect("it is copied");
    let marked = clipboard.set().clipboard(LinuxClipboardKind::Primary);
    marked.text(text).expect("it is marked");
}

fn press(station: &Station) {
    station.press_anywhere(&KEYS);
}

/// Presses keys in the page as its user would, when it listens for others.
async fn choose(page: &Page, code: &str, held: &str) {
    page.click("shortcut-change").await;
    let press = format!(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', \
         {{code: '{code}', key: 'x', bubbles: true, {held}}}))"
    );
    page.run(&press, &[]).await;
}
