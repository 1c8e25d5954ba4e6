//! `backup.json`: what is in a backup, and what each part of it has to be.

use super::{DATABASE, Flaw, RECORDINGS, Trouble};
use bohao_wire::BackupContents;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::io::{self, Read, Write};
use zip::ZipArchive;

/// Its name in the archive.
pub(super) const NAME: &str = "backup.json";

/// What a person finds who opens the archive; nothing reads it.
pub(super) const NOTE: &str = "README.txt";

/// The largest one that is read: of some hundred thousand recordings.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

const FORMAT: &str = "bohao-backup";
const VERSION: u32 = 1;

const PIECE: usize = 128 * 1024;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    /// Of this form of backup. One that is newer than what is known is refused.
    form: u32,
    #[serde(flatten)]
    pub contents: BackupContents,
    pub entries: Vec<Entry>,
}

/// A file in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    pub fn new(contents: BackupContents, entries: Vec<Entry>) -> Self {
        Manifest {
            format: FORMAT.to_owned(),
            form: VERSION,
            contents,
            entries,
        }
    }

    /// Bytes of everything in it.
    pub fn bytes(&self) -> u64 {
        let sizes = self.entries.iter().map(|entry| entry.bytes);
        sizes.fold(0, u64::saturating_add)
    }
}

/// Reads an archive's manifest, and makes sure that it speaks of all that the archive holds and of
/// nothing else, under names that are a backup's.
pub(super) fn of<R: Read + io::Seek>(archive: &mut ZipArchive<R>) -> Result<Manifest, Trouble> {
    let not_one = |_| Trouble::Bad(Flaw::NotABackup);
    let mut text = Vec::new();
    let part = archive.by_name(NAME).map_err(not_one)?;
    part.take(MAX_BYTES + 1).read_to_end(&mut text)?;
    #[derive(Deserialize)]
    struct Kind {
        format: String,
        form: u32,
    }
    let kind: Kind = serde_json::from_slice(&text).map_err(|_| Trouble::Bad(Flaw::NotABackup))?;
    if kind.format != FORMAT {
        return Err(Trouble::Bad(Flaw::NotABackup));
    }
    if kind.form > VERSION {
        return Err(Trouble::Bad(Flaw::Newer));
    }
    let damaged = Trouble::Bad(Flaw::Damaged);
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&text) else {
        return Err(damaged);
    };
    let mut names: HashSet<&str> = [NAME, NOTE].into();
    let alone = manifest
        .entries
        .iter()
        .all(|entry| is_known(&entry.name) && names.insert(&entry.name));
    let whole = names.contains(DATABASE);
    let others = archive.file_names().any(|name| !names.contains(name));
    match alone && whole && !others {
        true => Ok(manifest),
        false => Err(damaged),
    }
}

/// `bohao.db`, or a recording by a call's id: nothing that leads out of a folder.
fn is_known(name: &str) -> bool {
    let Some(file) = name
        .strip_prefix(RECORDINGS)
        .and_then(|rest| rest.strip_prefix('/'))
    else {
        return name == DATABASE;
    };
    let Some((stem, ending)) = file.split_once('.') else {
        return false;
    };
    let plain = |text: &str, most: usize| {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !text.is_empty() && text.len() <= most && letters && !text.starts_with('-')
    };
    plain(stem, 64) && plain(ending, 5)
}

/// Copies at most `most` bytes, and tells how many they were and their SHA-256. More of them are as
/// many as one more.
pub(super) fn copy(
    from: &mut impl Read,
    to: &mut impl Write,
    most: u64,
    mut on: impl FnMut(u64) -> Result<(), Trouble>,
) -> Result<(u64, String), Trouble> {
    let mut from = from.take(most.saturating_add(1));
    let mut hasher = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut bytes = 0;
    loop {
        let read = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        hasher.update(&piece[..read]);
        to.write_all(&piece[..read])?;
        bytes += read as u64;
        on(read as u64)?;
    }
    Ok((bytes, hex::encode(hasher.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("bohao.db", true)]
    #[case("recordings/0193a.wav", true)]
    #[case("recordings/../bohao.db", false)]
    #[case("recordings/a/b.wav", false)]
    #[case("recordings/..\\b.wav", false)]
    #[case("recordings/a.tar.gz", false)]
    #[case("recordings/.wav", false)]
    #[case("recordings/", false)]
    #[case("recordingsa.wav", false)]
    #[case("../bohao.db", false)]
    #[case("/etc/passwd", false)]
    #[case("C:\\bohao.db", false)]
    #[case("bohao.db-wal", false)]
    fn promise_13_no_name_leads_out_of_a_folder(#[case] name: &str, #[case] known: bool) {
        assert_eq!(is_known(name), known);
    }
}
