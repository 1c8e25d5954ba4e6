#![no_main]
use bohao_fuzz::read;
use bohao_sheets::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let opening = Opening {
        name: "a.jsonl",
        encoding: Some("utf-8"),
        ..Opening::default()
    };
    read(&[b"{\"subid\":\"a1\"}\n".as_slice(), bytes].concat(), &opening);
});
