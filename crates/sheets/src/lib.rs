//! Records in and out of CSV and JSON files, with their encodings.
