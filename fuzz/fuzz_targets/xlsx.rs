#![no_main]
//! The XML of a sheet, inside an archive that is whole, and the bytes as an archive.
use bohao_fuzz::{read, workbook};
use bohao_sheets::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(&[b"PK\x03\x04".as_slice(), bytes.get(4..).unwrap_or_default()].concat(), &Opening::default());
    read(&workbook(bytes), &Opening::default());
});
