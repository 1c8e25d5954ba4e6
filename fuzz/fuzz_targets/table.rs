#![no_main]
use bohao_fuzz::read;
use bohao_sheets::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let opening = Opening {
        name: "a.csv",
        ..Opening::default()
    };
    read(bytes, &opening);
});
