//! Files and folders that hold phone numbers: their owner's alone, and the right one's.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

/// Makes a file that only its owner may read. `None` if there is one already, which is not even
/// opened: for the sake of the locks on it, and because it may be a link to anywhere.
pub(super) fn create(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(error),
    };
    #[cfg(unix)]
    if let Some((user, group)) = owner_for_root(path)? {
        std::os::unix::fs::fchown(&file, Some(user), Some(group))?;
    }
    Ok(Some(file))
}

/// Makes a folder that only its owner may enter, and those above it, unless it is there.
pub(super) fn create_folder(path: &Path) -> io::Result<()> {
    let is_there = path.is_dir();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    if let (false, Some((user, group))) = (is_there, owner_for_root(path)?) {
        // Whoever owns the folder above may have put a link in its place by now.
        std::os::unix::fs::lchown(path, Some(user), Some(group))?;
    }
    #[cfg(not(unix))]
    let _ = is_there;
    Ok(())
}

/// The folder on which a path lies.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// What root makes is to be the user's to whom the folder belongs: a command that an operator runs
/// as root must leave nothing behind that the relay's own user can't open.
#[cfg(unix)]
fn owner_for_root(path: &Path) -> io::Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let folder = std::fs::metadata(folder_of(path))?;
    Ok(Some((folder.uid(), folder.gid())))
}
