#![no_main]
use bohao_fuzz::read;
use bohao_sheets::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(&[b"\xd0\xcf\x11\xe0".as_slice(), bytes.get(4..).unwrap_or_default()].concat(), &Opening::default());
});
