//! Windows. Only its own page changes the choice; a program can put itself on the list there.

use super::registry::{CAPABILITIES, CLASS, NAME, OWN, PAGE, PROGRAMS, choice, class, command};
use bohao_engine::links::SCHEMES;
use bohao_wire::{Fault, FaultCode, LinkOpener, PhoneProgram, PhoneProgramWay};
use tauri::AppHandle;
use tauri_plugin_opener::OpenerExt;
use windows_registry::{CURRENT_USER, Result};

/// What the system says.
pub fn standing(_: &AppHandle) -> PhoneProgram {
    PhoneProgram {
        opener: opener(),
        way: PhoneProgramWay::SystemPage,
    }
}

/// Puts Bohao on the list, and opens the page.
pub fn become_it(app: &AppHandle) -> std::result::Result<(), Fault> {
    register().map_err(|error| unwritable(&error))?;
    app.opener().open_url(PAGE, None::<&str>).map_err(|_| {
        Fault::new(
            FaultCode::NotHere,
            "the system opened no page of its settings",
        )
    })
}

/// Takes Bohao off the list. The system then asks anew for whatever was opened by it.
pub fn leave(_: &AppHandle) -> std::result::Result<(), Fault> {
    // What is not there need not be taken away.
    let _ = CURRENT_USER
        .create(PROGRAMS)
        .and_then(|programs| programs.remove_value(NAME));
    let _ = CURRENT_USER.remove_tree(OWN);
    let _ = CURRENT_USER.remove_tree(class(CLASS));
    Ok(())
}

fn opener() -> LinkOpener {
    let scheme = SCHEMES[0];
    let chosen = text(&choice(scheme), "ProgId");
    let class_of = chosen.unwrap_or_else(|| scheme.to_owned());
    let opens = text(&format!(r"{}\shell\open\command", class(&class_of)), "");
    let own = program().map(|program| command(&program));
    match opens {
        Some(opens) if Some(&opens) == own.as_ref() => LinkOpener::Bohao,
        Some(_) => LinkOpener::Other { name: class_of },
        // Nobody chose, and nobody offers.
        None if class_of == scheme => LinkOpener::Nobody,
        // A program for all users, or one of the store's.
        None => LinkOpener::Other { name: class_of },
    }
}

fn register() -> Result<()> {
    let program = program().unwrap_or_default();
    let own = CURRENT_USER.create(class(CLASS))?;
    own.set_string("", NAME)?;
    own.set_string("URL Protocol", "")?;
    let icon = own.create("DefaultIcon")?;
    icon.set_string("", format!("{program},0"))?;
    let open = own.create(r"shell\open\command")?;
    open.set_string("", command(&program))?;
    let capabilities = CURRENT_USER.create(CAPABILITIES)?;
    capabilities.set_string("ApplicationName", NAME)?;
    capabilities.set_string("ApplicationDescription", "拨号 Bohao")?;
    let links = capabilities.create("URLAssociations")?;
    for scheme in SCHEMES {
        links.set_string(scheme, CLASS)?;
    }
    CURRENT_USER
        .create(PROGRAMS)?
        .set_string(NAME, CAPABILITIES)
}

fn program() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    Some(program.display().to_string())
}

fn text(key: &str, name: &str) -> Option<String> {
    CURRENT_USER.open(key).ok()?.get_string(name).ok()
}

fn unwritable(error: &impl std::fmt::Display) -> Fault {
    tracing::warn!(%error, "the registry could not be written");
    Fault::new(FaultCode::NotWritable, "the registry could not be written")
}
