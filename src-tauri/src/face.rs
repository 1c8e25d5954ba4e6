//! How the desk looked when it was last open: its mode, language and theme.
//!
//! A desk takes a moment to open, and its page would stand empty meanwhile. With these three it is
//! drawn at once as it will be. They are hints: what the desk says counts, and nothing is dialled
//! before it has said so.

use bohao_engine::Desk;
use bohao_wire::{DeskQuery, Language, Mode, Queries, Theme};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What puts the remembered face where the page finds it; nothing where none is remembered.
pub fn script(data_dir: &Path) -> String {
    match read(&place(data_dir)) {
        Some(face) => format!("Object.defineProperty(window,'bohaoFace',{{value:{face}}})"),
        None => String::new(),
    }
}

/// Remembers the desk's face for the next start.
pub async fn remember(desk: &Desk, data_dir: &Path) {
    let Ok(state) = desk.desk(DeskQuery {}).await else {
        return;
    };
    let face = face(state.mode, state.settings.language, state.settings.theme);
    // Without it the next start is a little slower, and nothing else.
    if let Err(error) = write(&face, &place(data_dir)) {
        tracing::warn!(%error, "the look of the desk could not be remembered");
    }
}

fn face(mode: Mode, language: Language, theme: Theme) -> Value {
    json!({ "mode": mode, "language": language, "theme": theme })
}

/// Only the contract's own words are taken out of the file, so nothing of it can end the script.
fn read(place: &Path) -> Option<Value> {
    let kept: Value = serde_json::from_slice(&fs::read(place).ok()?).ok()?;
    let mode = serde_json::from_value(kept["mode"].clone()).ok()?;
    let language = serde_json::from_value(kept["language"].clone()).ok()?;
    let theme = serde_json::from_value(kept["theme"].clone()).ok()?;
    Some(face(mode, language, theme))
}

fn write(face: &Value, place: &Path) -> io::Result<()> {
    if read(place).as_ref() == Some(face) {
        return Ok(());
    }
    fs::write(place, face.to_string())
}

fn place(data_dir: &Path) -> PathBuf {
    data_dir.join("face.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_is_remembered_and_told_to_the_page() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(script(folder.path()), "");
        let dark = face(Mode::Live, Language::Zh, Theme::Dark);
        write(&dark, &place(folder.path())).unwrap();
        assert_eq!(read(&place(folder.path())), Some(dark.clone()));
        assert!(script(folder.path()).contains(&dark.to_string()));
    }

    #[test]
    fn a_file_that_holds_anything_else_tells_the_page_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [
            "",
            "{}",
            r#"{"mode":"</script>","language":"zh","theme":"dark"}"#,
        ] {
            fs::write(place(folder.path()), bytes).unwrap();
            assert_eq!(script(folder.path()), "", "{bytes}");
        }
    }
}
