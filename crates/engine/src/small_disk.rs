//! A disk that is full or can't be written: a small file system in memory, where this machine lets
//! one be mounted.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of its own, gone when it is dropped.
pub(crate) struct SmallDisk(pub PathBuf);

impl SmallDisk {
    /// One of 64 KiB.
    pub fn mount(at: &Path) -> Option<SmallDisk> {
        Self::mount_as(at, "size=64k")
    }

    /// One that nobody may write.
    pub fn mount_read_only(at: &Path) -> Option<SmallDisk> {
        Self::mount_as(at, "size=64k,ro")
    }

    /// One with these options of a file system in memory.
    pub fn mount_as(at: &Path, options: &str) -> Option<SmallDisk> {
        std::fs::create_dir_all(at).expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| SmallDisk(at.to_owned()))
    }

    /// Changes its options.
    pub fn remount(&self, options: &str) {
        let mut remount = Command::new("mount");
        remount
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0);
        assert!(remount.status().is_ok_and(|status| status.success()));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
