//! What a disk may hold when the power goes.
//!
//! The model is stricter than most file systems: a write is kept for certain only if it ended
//! before a sync of its file began, and a name only by a sync of its folder. Everything else may be
//! kept or lost, sector by sector and in any order.

use std::collections::BTreeMap;

use super::{
    chance::Chance,
    trace::{Call, What},
};

const SECTOR: usize = 512;

/// The files of one folder.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// What becomes of all that was not synced.
#[derive(Debug, Clone, Copy)]
pub(super) enum Loss {
    /// All is lost.
    Dropped,
    /// It was written in order, up to the middle of one write.
    Torn,
    /// Of each hundred sectors so many were written, whichever came first.
    Scattered { kept: u64 },
    /// Nothing is lost: what a killed process leaves behind.
    Nothing,
}

#[derive(Default)]
struct Inode<'a> {
    /// On disk for certain.
    synced: Vec<u8>,
    pending: Vec<&'a Call>,
}

/// Names and what they stand for.
type Names = BTreeMap<String, usize>;

/// Files as a power cut may leave them: what began after `tick` never happened.
pub(super) fn cut(
    start: &Files,
    calls: &[Call],
    tick: usize,
    loss: Loss,
    chance: &mut Chance,
) -> Files {
    let mut disk = Disk::new(start);
    for call in calls.iter().take_while(|call| call.began <= tick) {
        disk.take(call, tick);
    }
    disk.lose(loss, chance)
}

struct Disk<'a> {
    inodes: Vec<Inode<'a>>,
    synced_names: Names,
    /// The names after each change that no sync of the folder has covered.
    pending_names: Vec<Names>,
}

impl<'a> Disk<'a> {
    fn new(start: &Files) -> Self {
        let inodes = start.values().map(|bytes| Inode {
            synced: bytes.clone(),
            pending: Vec::new(),
        });
        Self {
            inodes: inodes.collect(),
            synced_names: start.keys().cloned().zip(0..).collect(),
            pending_names: Vec::new(),
        }
    }

    fn names(&self) -> &Names {
        self.pending_names.last().unwrap_or(&self.synced_names)
    }

    fn inode(&mut self, file: &str) -> &mut Inode<'a> {
        let index = self.names()[file];
        &mut self.inodes[index]
    }

    fn take(&mut self, call: &'a Call, tick: usize) {
        let has_ended = call.ended <= tick;
        match &call.what {
            What::Write { file, .. } | What::Truncate { file, .. } => {
                self.inode(file).pending.push(call);
            }
            What::Sync { file } if has_ended => {
                let inode = self.inode(file);
                let pending = std::mem::take(&mut inode.pending);
                for write in pending {
                    match write.ended <= call.began {
                        true => apply(&mut inode.synced, write),
                        false => inode.pending.push(write),
                    }
                }
            }
            What::SyncFolder if has_ended => {
                self.synced_names = self.names().clone();
                self.pending_names.clear();
            }
            What::Open { file } if !self.names().contains_key(file) => {
                let mut names = self.names().clone();
                names.insert(file.clone(), self.inodes.len());
                self.pending_names.push(names);
                self.inodes.push(Inode::default());
            }
            What::Unlink { file } => {
                let mut names = self.names().clone();
                names.remove(file);
                self.pending_names.push(names);
            }
            _ => {}
        }
    }

    fn lose(mut self, loss: Loss, chance: &mut Chance) -> Files {
        let changes = self.pending_names.len();
        let kept_changes = match loss {
            Loss::Dropped => 0,
            Loss::Nothing => changes,
            Loss::Torn | Loss::Scattered { .. } => chance.within(0..changes + 1),
        };
        let names = match kept_changes {
            0 => self.synced_names,
            kept => self.pending_names.swap_remove(kept - 1),
        };
        let mut pending: Vec<(usize, &Call)> = Vec::new();
        for (index, inode) in self.inodes.iter_mut().enumerate() {
            pending.extend(inode.pending.drain(..).map(|call| (index, call)));
        }
        pending.sort_by_key(|(_, call)| call.began);
        let torn_at = chance.within(0..pending.len() + 1);
        for (at, (index, call)) in pending.into_iter().enumerate() {
            let file = &mut self.inodes[index].synced;
            match loss {
                Loss::Dropped => {}
                Loss::Torn if at < torn_at => apply(file, call),
                Loss::Torn if at == torn_at => {
                    let sectors = chance.within(0..9);
                    apply_sectors(file, call, |sector| sector < sectors);
                }
                Loss::Torn => {}
                Loss::Scattered { kept } => apply_sectors(file, call, |_| chance.percent(kept)),
                Loss::Nothing => apply(file, call),
            }
        }
        let mut files = Files::new();
        for (name, index) in names {
            files.insert(name, std::mem::take(&mut self.inodes[index].synced));
        }
        files
    }
}

fn apply(file: &mut Vec<u8>, call: &Call) {
    apply_sectors(file, call, |_| true);
}

/// Applies those sectors of a write that are kept, counted from its first; a change of length is
/// one piece.
fn apply_sectors(file: &mut Vec<u8>, call: &Call, mut is_kept: impl FnMut(usize) -> bool) {
    match &call.what {
        What::Truncate { length, .. } if is_kept(0) => file.resize(*length, 0),
        What::Write { offset, bytes, .. } => {
            let end = offset + bytes.len();
            let mut at = *offset;
            for sector in 0.. {
                if at >= end {
                    break;
                }
                let next = end.min((at / SECTOR + 1) * SECTOR);
                if is_kept(sector) {
                    if file.len() < next {
                        file.resize(next, 0);
                    }
                    file[at..next].copy_from_slice(&bytes[at - offset..next - offset]);
                }
                at = next;
            }
        }
        _ => {}
    }
}
