//! A desktop of freedesktop.org's kind.

use super::mimeapps::{self, kind};
use bohao_engine::links::SCHEMES;
use bohao_wire::{Fault, FaultCode, LinkOpener, PhoneProgram, PhoneProgramWay};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tauri::{AppHandle, Manager};

/// The entry that a package brings, named after the product.
const INSTALLED: &str = "Bohao.desktop";

/// The user's own entry, for a program that no package brought.
const OWN: &str = "bohao-links.desktop";

/// Where the system's entries lie, below their `applications`, if it does not say otherwise.
const SYSTEM_DATA: &str = "/usr/local/share:/usr/share";

/// Characters of another program's name.
const MAX_NAME: usize = 60;

/// What the system says.
pub fn standing(app: &AppHandle) -> PhoneProgram {
    let opener = match (asked(), Home::of(app)) {
        (Some(entry), Ok(home)) => home.opener(&entry),
        _ => LinkOpener::Unknown,
    };
    PhoneProgram {
        opener,
        way: PhoneProgramWay::Itself,
    }
}

/// Writes the entry, if no package brought one, and puts it first.
pub fn become_it(app: &AppHandle) -> Result<(), Fault> {
    let home = Home::of(app)?;
    if !home.installed {
        write(&home.applications.join(OWN), &home.entry())?;
        refresh(&home.applications);
    }
    home.change_list(|list| mimeapps::with(&mimeapps::without(list, OWN), home.name()))
}

/// Takes both back.
pub fn leave(app: &AppHandle) -> Result<(), Fault> {
    let home = Home::of(app)?;
    home.change_list(|list| mimeapps::without(&mimeapps::without(list, OWN), INSTALLED))?;
    match fs::remove_file(home.applications.join(OWN)) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(unwritable(&home.applications, &error));
        }
        _ => {}
    }
    refresh(&home.applications);
    Ok(())
}

/// Where this user keeps what concerns links, and what is opened by them.
struct Home {
    program: PathBuf,
    /// Whether a package brought the program and its entry.
    installed: bool,
    applications: PathBuf,
    list: PathBuf,
}

impl Home {
    fn of(app: &AppHandle) -> Result<Self, Fault> {
        let nowhere = |_| Fault::new(FaultCode::NotWritable, "the system names no folder");
        let paths = app.path();
        let image = app.env().appimage.map(PathBuf::from);
        let program = std::env::current_exe().map_err(|_| {
            Fault::new(
                FaultCode::NotWritable,
                "the system does not say where the program lies",
            )
        })?;
        Ok(Home {
            // An image has a desktop's folders inside of itself, which nobody looks into.
            installed: image.is_none() && brought_entry(&program).is_some_and(|it| it.is_file()),
            program: image.unwrap_or(program),
            applications: paths.data_dir().map_err(nowhere)?.join("applications"),
            list: paths.config_dir().map_err(nowhere)?.join("mimeapps.list"),
        })
    }

    fn name(&self) -> &'static str {
        if self.installed { INSTALLED } else { OWN }
    }

    /// Who an entry is. One of our own that leads to a program elsewhere is nobody's.
    fn opener(&self, entry: &str) -> LinkOpener {
        let own = || fs::read_to_string(self.applications.join(OWN));
        match entry {
            "" => LinkOpener::Nobody,
            OWN if own().is_ok_and(|text| text == self.entry()) => LinkOpener::Bohao,
            OWN => LinkOpener::Nobody,
            INSTALLED => LinkOpener::Bohao,
            other => LinkOpener::Other {
                name: self.called(other),
            },
        }
    }

    /// What an entry calls its program; the entry's own name where that can't be read.
    fn called(&self, entry: &str) -> String {
        let system = std::env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
        let system = system.unwrap_or_else(|| SYSTEM_DATA.into());
        let system = std::env::split_paths(&system).map(|folder| folder.join("applications"));
        let mut folders = std::iter::once(self.applications.clone()).chain(system);
        let text = folders.find_map(|folder| fs::read_to_string(folder.join(entry)).ok());
        let name = text.as_deref().and_then(name_in);
        name.unwrap_or_else(|| entry.trim_end_matches(".desktop").to_owned())
    }

    /// Desktops pass over an entry whose `TryExec` is gone, and so over a program that was deleted.
    fn entry(&self) -> String {
        let program = self.program.display();
        let kinds: Vec<String> = SCHEMES.into_iter().map(kind).collect();
        format!(
            "[Desktop Entry]\nType=Application\nName=Bohao\nName[zh_CN]=拨号\nExec={} %u\nTryExec={}\n\
             NoDisplay=true\nTerminal=false\nMimeType={};\n",
            quoted(&program.to_string()),
            program.to_string().replace('\\', "\\\\"),
            kinds.join(";"),
        )
    }

    fn change_list(&self, change: impl FnOnce(&str) -> String) -> Result<(), Fault> {
        // Some keep it elsewhere, with a link to it here.
        let place = fs::canonicalize(&self.list).unwrap_or_else(|_| self.list.clone());
        let before = match fs::read_to_string(&place) {
            Ok(list) => list,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unwritable(&place, &error)),
        };
        let after = change(&before);
        if after == before {
            return Ok(());
        }
        write(&place, &after)
    }
}

/// Where a package puts the entry of the program that it brings.
fn brought_entry(program: &Path) -> Option<PathBuf> {
    let prefix = program.parent()?.parent()?;
    Some(prefix.join("share/applications").join(INSTALLED))
}

/// The name that an entry gives. What is told of a program's further actions comes after it.
fn name_in(entry: &str) -> Option<String> {
    let name = entry.lines().find_map(|line| line.strip_prefix("Name="))?;
    let name: String = name.trim().chars().take(MAX_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// The entry that the system names for `tel:`; empty if none, absent if it could not be asked.
fn asked() -> Option<String> {
    let asked = Command::new("xdg-mime")
        .args(["query", "default", &kind(SCHEMES[0])])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}

/// An argument as an entry's `Exec` has it, where a percent sign and a few others mean something. What
/// needs no quotation marks has none, since `xdg-open` takes them for a part of the name.
fn quoted(program: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    if program.chars().all(plain) {
        return program.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in program.chars() {
        match c {
            '%' => quoted.push_str("%%"),
            // Once for the argument, and once more for the line it stands in.
            '"' | '`' | '$' => quoted.extend(['\\', '\\', c]),
            '\\' => quoted.push_str(r"\\\\"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Writes a file aside, so that nobody reads half of one.
fn write(place: &Path, text: &str) -> Result<(), Fault> {
    let written = || -> io::Result<()> {
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        let aside = place.with_extension("bohao-new");
        fs::write(&aside, text)?;
        fs::rename(aside, place)
    };
    written().map_err(|error| unwritable(place, &error))
}

/// Other programs learn of entries from an index; where none is kept, they look at the entries.
fn refresh(applications: &Path) {
    let _ = Command::new("update-desktop-database")
        .arg(applications)
        .stderr(Stdio::null())
        .status();
}

fn unwritable(place: &Path, error: &io::Error) -> Fault {
    tracing::warn!(%error, "what the system keeps of links could not be written");
    let code = match error.kind() {
        ErrorKind::StorageFull => FaultCode::DiskFull,
        _ => FaultCode::NotWritable,
    };
    Fault::new(code, "what the system keeps of links could not be written")
        .with("path", place.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(folder: &Path, program: &str) -> Home {
        Home {
            program: PathBuf::from(program),
            installed: false,
            applications: folder.join("applications"),
            list: folder.join("mimeapps.list"),
        }
    }

    #[test]
    fn an_entry_names_the_program_however_its_folder_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let entry = home(folder.path(), "/home/李 四/50% $a/bohao").entry();
        assert!(
            entry.contains("Exec=\"/home/李 四/50%% \\\\$a/bohao\" %u\n"),
            "{entry}"
        );
        assert!(
            entry.contains("TryExec=/home/李 四/50% $a/bohao\n"),
            "{entry}"
        );
        let kinds =
            "MimeType=x-scheme-handler/tel;x-scheme-handler/callto;x-scheme-handler/bohao;\n";
        assert!(entry.contains(kinds), "{entry}");
        let entry = home(folder.path(), "/opt/bohao").entry();
        assert!(entry.contains("Exec=/opt/bohao %u\n"), "{entry}");
    }

    #[test]
    fn the_packages_entry_hands_a_link_on() {
        let template = include_str!("../../bohao.desktop");
        assert!(template.contains("Exec={{exec}} %u\n"));
        assert!(template.contains("MimeType={{mime_type}};\n"));
        let config = include_str!("../../../tauri.conf.json");
        let config: serde_json::Value = serde_json::from_str(config).unwrap();
        for package in ["deb", "rpm"] {
            let used = &config["bundle"]["linux"][package]["desktopTemplate"];
            assert_eq!(used, "src-tauri/bohao.desktop");
        }
        assert_eq!(
            config["productName"],
            INSTALLED.trim_end_matches(".desktop")
        );
    }

    #[test]
    fn the_own_entry_counts_while_it_leads_here() {
        let folder = tempfile::tempdir().unwrap();
        let here = home(folder.path(), "/opt/bohao");
        assert_eq!(here.opener(OWN), LinkOpener::Nobody);
        write(&here.applications.join(OWN), &here.entry()).unwrap();
        assert_eq!(here.opener(OWN), LinkOpener::Bohao);
        let moved = home(folder.path(), "/home/li/bohao");
        assert_eq!(moved.opener(OWN), LinkOpener::Nobody);
        assert_eq!(here.opener(INSTALLED), LinkOpener::Bohao);
    }

    #[test]
    fn another_program_is_called_what_its_entry_calls_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(folder.path(), "/opt/bohao");
        let called = |entry: &str| match home.opener(entry) {
            LinkOpener::Other { name } => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(called("cn.example.phone.desktop"), "cn.example.phone");
        let entry =
            "[Desktop Entry]\nName[zh_CN]=电话\nName=Phone\n[Desktop Action call]\nName=Call\n";
        write(&home.applications.join("cn.example.phone.desktop"), entry).unwrap();
        assert_eq!(called("cn.example.phone.desktop"), "Phone");
    }

    #[test]
    fn a_list_that_is_kept_elsewhere_stays_there() {
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("dotfiles");
        fs::write(&kept, "[Default Applications]\n").unwrap();
        let home = home(folder.path(), "/opt/bohao");
        std::os::unix::fs::symlink(&kept, &home.list).unwrap();
        home.change_list(|list| mimeapps::with(list, OWN)).unwrap();
        assert!(home.list.is_symlink());
        assert!(fs::read_to_string(&kept).unwrap().contains(OWN));
    }
}
