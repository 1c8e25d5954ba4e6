//! Recordings decoded into a WAV, for a player that can't play them as they are.
//!
//! A rendition is kept beside the recordings, in `cache/`, under the digest of what it was made
//! from, so that a player can ask for one part after another. The folder is safe to delete: it is
//! emptied at each start, and the oldest renditions leave when there are too many.

use super::Recordings;
use super::custody::{Kept, RecordingFile};
use super::part::off_thread;
use crate::audio::{self, Format, LARGEST, Rendered};
use crate::faults;
use bohao_wire::{CallId, Fault, FaultCode, NumbersShown};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

impl Recordings {
    /// A call's recording as a WAV of 16 bits that every player plays.
    ///
    /// # Errors
    /// `UnreadableFile` with the reason `no_decoder` or `too_long` for what can't be decoded here,
    /// `DiskFull`, `NotWritable`, and as [`Recordings::open`].
    pub async fn as_wav(&self, call: &CallId) -> Result<RecordingFile, Fault> {
        let Some(kept) = self.kept(call).await? else {
            return Err(self.why_not(call).await?);
        };
        let whole = self.default_file_name(call, NumbersShown::Whole).await?;
        let masked = self.default_file_name(call, NumbersShown::Masked).await?;
        let dir = self.renditions();
        let place = dir.join(format!("{}.wav", kept.sha256));
        // A player asks for several parts at once; it is decoded for the first of them.
        let _turn = self.turn(call).await;
        let (target, path) = (place.clone(), kept.path.clone());
        let made = off_thread(move || render(&kept, &dir, &target));
        let bytes = match made.await.map_err(|error| faults::of_disk(&error, &path))? {
            Made::Here(bytes) => bytes,
            Made::NotUnderstood => return Err(undecodable("no_decoder")),
            Made::TooLong => return Err(undecodable("too_long")),
        };
        Ok(RecordingFile {
            path: place,
            content_type: Format::Wav.content_type().to_owned(),
            suggested_name: as_wav(&whole),
            masked_name: as_wav(&masked),
            bytes,
        })
    }

    /// Removes all renditions. Nothing is lost with them.
    pub async fn empty_renditions(&self) {
        let dir = self.renditions();
        // There may be none, and what can't be removed now is removed at the next start.
        let _ = off_thread(move || std::fs::remove_dir_all(dir)).await;
    }

    fn renditions(&self) -> PathBuf {
        self.inner.home.with_file_name("cache")
    }
}

enum Made {
    /// It is there, with so many bytes.
    Here(u64),
    NotUnderstood,
    TooLong,
}

fn as_wav(name: &str) -> String {
    let name = Path::new(name).with_extension(Format::Wav.extension());
    name.display().to_string()
}

fn render(kept: &Kept, dir: &Path, place: &Path) -> io::Result<Made> {
    if let Ok(there) = place.metadata() {
        return Ok(Made::Here(there.len()));
    }
    std::fs::create_dir_all(dir)?;
    let mut aside = tempfile::NamedTempFile::new_in(dir)?;
    let source = BufReader::new(File::open(&kept.path)?);
    let mut out = BufWriter::new(aside.as_file_mut());
    let rendered = audio::render(source, &mut out)?;
    out.flush()?;
    drop(out);
    match rendered {
        Rendered::Whole => {}
        Rendered::NotUnderstood => return Ok(Made::NotUnderstood),
        Rendered::TooLong => return Ok(Made::TooLong),
    }
    let bytes = aside.as_file().metadata()?.len();
    make_room(dir, LARGEST.saturating_sub(bytes))?;
    // It need not outlive a power cut: the folder is emptied at the next start.
    aside.persist(place)?;
    Ok(Made::Here(bytes))
}

/// Removes the oldest renditions until all of them together have so many bytes at most.
fn make_room(dir: &Path, most: u64) -> io::Result<()> {
    let mut there: Vec<(SystemTime, u64, PathBuf)> = std::fs::read_dir(dir)?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let about = path.metadata().ok()?;
            let rendition = path.extension().is_some_and(|it| it == "wav");
            rendition.then_some((about.modified().ok()?, about.len(), path))
        })
        .collect();
    there.sort();
    let mut all: u64 = there.iter().map(|(_, bytes, _)| bytes).sum();
    for (_, bytes, path) in there {
        if all <= most {
            break;
        }
        // One that is being played on some systems stays for now.
        if std::fs::remove_file(path).is_ok() {
            all -= bytes;
        }
    }
    Ok(())
}

fn undecodable(reason: &str) -> Fault {
    Fault::new(
        FaultCode::UnreadableFile,
        "the recording can't be decoded here",
    )
    .with("reason", reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_oldest_renditions_leave_when_there_are_too_many() {
        let dir = tempfile::tempdir().expect("a folder");
        let begun = SystemTime::UNIX_EPOCH;
        for (age, name) in ["old.wav", "newer.wav", "newest.wav", "other"]
            .iter()
            .enumerate()
        {
            let file = File::create(dir.path().join(name)).expect("a file");
            file.set_len(100).expect("bytes");
            file.set_modified(begun + Duration::from_secs(age as u64))
                .expect("an age");
        }

        make_room(dir.path(), 250).expect("room");

        let left = |name: &str| dir.path().join(name).exists();
        assert!(!left("old.wav") && left("newer.wav") && left("newest.wav") && left("other"));
    }
}
