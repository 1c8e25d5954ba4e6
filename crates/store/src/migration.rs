//! The steps from nothing to the newest schema, and the backup before each.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::{
    StoreError, belongings, bodies, calls, copying::copy, cursors, custody, customers, deletions,
    digests, do_not_call, do_not_call_hashes, facts, follow_ups, guard_log, imports, leads, lists,
    marks, nameless, opening::user_version, outcomes, recordings, scripts, search, settings,
    shape::Shape, sums, views,
};

/// Forward only. A step that was released is never edited; a change is a new step at the end.
pub(crate) const STEPS: &[M<'static>] = &[
    M::up(calls::MIGRATION),
    M::up(bodies::MIGRATION),
    M::up(facts::MIGRATION),
    M::up(cursors::MIGRATION),
    M::up(recordings::MIGRATION),
    M::up(settings::MIGRATION),
    M::up(guard_log::MIGRATION),
    // By this number a file is known to be ours.
    M::up("PRAGMA application_id = 1651468385;"),
    M::up(search::MIGRATION),
    M::up(marks::MIGRATION),
    M::up(customers::MIGRATION),
    M::up(outcomes::MIGRATION),
    M::up(follow_ups::MIGRATION),
    M::up(do_not_call::MIGRATION),
    M::up(scripts::MIGRATION),
    M::up(belongings::MIGRATION),
    M::up(guard_log::CHAIN_MIGRATION),
    M::up(imports::MIGRATION),
    M::up(nameless::MIGRATION),
    M::up(custody::MIGRATION),
    M::up(deletions::MIGRATION),
    M::up(digests::MIGRATION),
    M::up(views::MIGRATION),
    M::up(imports::MET_MIGRATION),
    M::up(sums::MIGRATION),
    M::up(do_not_call_hashes::MIGRATION),
    M::up(follow_ups::TIMES_MIGRATION),
    M::up(lists::MIGRATION),
    M::up(leads::MIGRATION),
    M::up(sums::LISTS_MIGRATION),
    M::up(lists::SHEET_MIGRATION),
];

/// `boha` in ASCII.
pub(crate) const APPLICATION_ID: i64 = 0x626f_6861;

/// How many backups of one database are kept.
const KEPT_BACKUPS: usize = 5;

/// Brings a database up to date: a new one at once, and one that holds anything step by step, with a
/// backup before each. A step whose tables and columns are there already is only counted: a copy made
/// with SQL's own words keeps every row and loses the number of its version.
pub(crate) fn migrate(
    connection: &mut Connection,
    path: &Path,
    now: i64,
    steps: &[M<'static>],
) -> Result<(), StoreError> {
    let found = user_version(connection)?;
    let migrations = Migrations::from_slice(steps);
    if found == 0 && Shape::of(connection)?.is_empty() {
        return migrations.to_latest(connection).map_err(step_failed);
    }
    let first = usize::try_from(found).unwrap_or(0);
    let mut holds_anything = found > 0;
    let shapes = Shape::after_each(steps, first)?;
    for (version, shapes) in (first + 1..).zip(shapes.windows(2)) {
        let (before, after) = (&shapes[0], &shapes[1]);
        if before != after && Shape::of(connection)?.holds(after) {
            connection.pragma_update(None, "user_version", index(version))?;
            holds_anything = true;
            continue;
        }
        if holds_anything {
            back_up(connection, path, now)?;
        }
        migrations
            .to_version(connection, version)
            .map_err(step_failed)?;
    }
    Ok(())
}

fn index(step: usize) -> i64 {
    i64::try_from(step).unwrap_or(i64::MAX)
}

fn back_up(connection: &Connection, path: &Path, now: i64) -> Result<(), StoreError> {
    let version = user_version(connection)?;
    let folder = path
        .parent()
        .unwrap_or_else(|| Path::new(""))
        .join("backups");
    fs::create_dir_all(&folder)?;
    let stem = stem(path);
    let backup = folder.join(format!("{stem}-{now}-v{version}.db"));
    let aside = folder.join(format!("{stem}-{now}-v{version}.part"));
    remove_if_there(&aside)?;
    copy(connection, &aside)?;
    fs::rename(&aside, &backup)?;
    sync_folder(&folder)?;
    drop_oldest(&folder, &stem)
}

fn drop_oldest(folder: &Path, stem: &str) -> Result<(), StoreError> {
    let mut backups: Vec<((i64, i64), PathBuf)> = fs::read_dir(folder)?
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let age = age(entry.file_name().to_str()?, stem)?;
            Some((age, entry.path()))
        })
        .collect();
    backups.sort();
    let surplus = backups.len().saturating_sub(KEPT_BACKUPS);
    for (_, oldest) in backups.into_iter().take(surplus) {
        remove_if_there(&oldest)?;
    }
    Ok(())
}

/// The instant and the version that a backup's name bears; nothing for any other file.
fn age(name: &str, stem: &str) -> Option<(i64, i64)> {
    let (now, version) = name
        .strip_prefix(stem)?
        .strip_prefix('-')?
        .strip_suffix(".db")?
        .split_once("-v")?;
    Some((now.parse().ok()?, version.parse().ok()?))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A rename is only as durable as its folder. Windows has no such call, and needs none.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

pub(crate) fn step_failed(error: rusqlite_migration::Error) -> StoreError {
    match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        _ => StoreError::Other(rusqlite::Error::InvalidQuery),
    }
}
