//! The one line that tells where the UI is.

use super::door::Door;
use crate::failure::Failure;
use crate::output::Output;
use secrecy::ExposeSecret;
use serde_json::json;

/// Prints the address with its one-time token: the only place where the token is told.
///
/// # Errors
/// If stdout can't be written: then nobody would ever get in.
pub fn print(output: Output, door: &Door) -> Result<(), Failure> {
    let address = door.address();
    let address = address.expose_secret();
    output.answer(&json!({ "address": address }), |_| {
        format!("open {address}")
    })
}
