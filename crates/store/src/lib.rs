//! The desk's SQLite; the only room that speaks SQL.
