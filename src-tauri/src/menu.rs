//! The native menu and its shortcuts.

use crate::{events, words};
use bohao_wire::{Event, Screen};
use tauri::menu::{AboutMetadata, Menu, MenuBuilder, MenuItem, Submenu, SubmenuBuilder};
use tauri::{AppHandle, Wry};

const QUIT: &str = "quit";

/// The screens in the order of their shortcuts, with the ids of their menu items.
const SCREENS: [(&str, Screen); 7] = [
    ("dial", Screen::Dial),
    ("lists", Screen::Lists),
    ("calls", Screen::Calls),
    ("customers", Screen::Customers),
    ("follow_ups", Screen::FollowUps),
    ("reports", Screen::Reports),
    ("settings", Screen::Settings),
];

/// Draws the menu in the present language.
pub fn show(app: &AppHandle) -> tauri::Result<()> {
    app.set_menu(build(app)?)?;
    Ok(())
}

/// Does what the chosen item says.
pub fn chosen(app: &AppHandle, id: &str) {
    if id == QUIT {
        app.exit(0);
    } else if let Some((_, screen)) = SCREENS.iter().find(|(known, _)| *known == id) {
        events::send(app, &Event::ScreenAsked { screen: *screen });
    }
}

fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let mut menu = MenuBuilder::new(app).item(&program(app)?);
    // GTK's web view brings its own editing keys, and items for them would do nothing there.
    if !cfg!(target_os = "linux") {
        menu = menu.item(&edit(app)?);
    }
    menu.item(&go(app)?).build()
}

fn program(app: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    let words = words::of(app);
    let about = AboutMetadata {
        name: Some(words.name.to_owned()),
        version: Some(app.package_info().version.to_string()),
        ..AboutMetadata::default()
    };
    // The system's own item would end the process at once; this one lets the desk close first.
    let quit = MenuItem::with_id(app, QUIT, words.quit, true, Some("CmdOrCtrl+Q"))?;
    let mut program =
        SubmenuBuilder::new(app, words.name).about_with_text(words.about, Some(about));
    if cfg!(target_os = "macos") {
        program = program
            .separator()
            .hide_with_text(words.hide)
            .hide_others_with_text(words.hide_others);
    }
    program.separator().item(&quit).build()
}

fn edit(app: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    let words = words::of(app);
    SubmenuBuilder::new(app, words.edit)
        .undo_with_text(words.undo)
        .redo_with_text(words.redo)
        .separator()
        .cut_with_text(words.cut)
        .copy_with_text(words.copy)
        .paste_with_text(words.paste)
        .select_all_with_text(words.select_all)
        .build()
}

fn go(app: &AppHandle) -> tauri::Result<Submenu<Wry>> {
    let words = words::of(app);
    let mut go = SubmenuBuilder::new(app, words.go);
    for (number, ((id, _), name)) in (1..).zip(SCREENS.iter().zip(words.screens)) {
        let shortcut = format!("CmdOrCtrl+{number}");
        go = go.item(&MenuItem::with_id(app, *id, name, true, Some(shortcut))?);
    }
    go.build()
}
