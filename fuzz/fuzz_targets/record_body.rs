#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Option<&str>, &[u8])| {
    let (content_type, body) = input;
    if let Ok(parsed) = bohao_platform::parse_records(content_type, body) {
        assert!(parsed.records.iter().all(|record| !record.subid.is_empty()));
    }
});
