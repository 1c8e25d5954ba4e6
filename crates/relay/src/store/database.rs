use std::{
    fmt,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

/// Where records are kept.
#[derive(Clone)]
pub enum Database {
    /// A SQLite file; made if it is not there, its folder is not.
    File(PathBuf),
    /// A PostgreSQL database by its address, `postgres://…`, which may hold a password.
    Server(SecretString),
}

impl Database {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }
}

/// An address of PostgreSQL's, or else the path of a file.
impl From<&str> for Database {
    fn from(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Self::Server(text.into());
        }
        Self::File(text.into())
    }
}

impl From<PathBuf> for Database {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Database {
    fn from(path: &Path) -> Self {
        Self::File(path.into())
    }
}

impl From<&PathBuf> for Database {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.into())
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Server(_) => f.write_str("Server(..)"),
        }
    }
}
