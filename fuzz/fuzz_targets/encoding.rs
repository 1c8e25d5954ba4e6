#![no_main]
use bohao_fuzz::read;
use bohao_sheets::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for encoding in [None, Some("gbk"), Some("utf-16le"), Some("utf-16be"), Some("big5")] {
        let opening = Opening {
            encoding,
            ..Opening::default()
        };
        read(bytes, &opening);
    }
});
