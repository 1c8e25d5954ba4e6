#![no_main]
use libfuzzer_sys::fuzz_target;

fuzz_target!(|link: &str| {
    let _ = bohao_relay_api::PairingLink::parse(link);
});
