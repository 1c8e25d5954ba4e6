//! What the rooms below call an error, in the words of the contract.

use bohao_relay_api::{PairingLinkError, RelayError};
use bohao_secrets::VaultError;
use bohao_store::StoreError;
use bohao_wire::{Fault, FaultCode, NumberFlaw};
use std::io;
use std::path::Path;

/// A fault of the database.
pub fn of_store(error: StoreError) -> Fault {
    let message = error.to_string();
    match error {
        StoreError::DiskFull => Fault::new(FaultCode::DiskFull, message),
        StoreError::NewerDatabase { found, known } => Fault::new(FaultCode::DatabaseNewer, message)
            .with("found", found)
            .with("known", known),
        StoreError::Damaged { set_aside } => {
            let path = set_aside.map(|path| path.display().to_string());
            Fault::new(FaultCode::DatabaseDamaged, message).with("path", path)
        }
        StoreError::Foreign => Fault::new(FaultCode::DatabaseForeign, message),
        StoreError::Replaced => Fault::new(FaultCode::DatabaseReplaced, message),
        StoreError::Busy => Fault::new(FaultCode::InUse, message),
        StoreError::Io(_) => Fault::new(FaultCode::NotWritable, message),
        _ => Fault::new(FaultCode::Internal, message),
    }
}

/// A piece of text that holds no number.
pub fn bad_number(flaw: NumberFlaw) -> Fault {
    let flaw = serde_json::to_value(flaw).unwrap_or_default();
    Fault::new(
        FaultCode::BadNumber,
        "the text holds no number that can be dialled",
    )
    .with("flaw", flaw)
}

/// A fault of a file or folder.
pub fn of_disk(error: &io::Error, path: &Path) -> Fault {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FaultCode::DiskFull,
        io::ErrorKind::AlreadyExists => FaultCode::FileExists,
        _ => FaultCode::NotWritable,
    };
    Fault::new(code, format!("the file can't be written: {error}"))
        .with("path", path.display().to_string())
}

/// A fault of the keyring.
pub fn of_vault(error: VaultError) -> Fault {
    Fault::new(FaultCode::KeyringFailed, error.to_string()).with("reason", error.to_string())
}

/// A pairing link that is none.
pub fn of_link(error: PairingLinkError) -> Fault {
    let flaw = match error {
        PairingLinkError::NotALink => "not_a_link",
        PairingLinkError::OtherProgram => "other_program",
        PairingLinkError::NotPairing => "not_pairing",
        PairingLinkError::CutShort(_) => "cut_short",
        PairingLinkError::Repeated(_) | PairingLinkError::MalformedToken => "malformed",
        PairingLinkError::Address(..) => "address",
    };
    Fault::new(FaultCode::BadLink, error.to_string()).with("flaw", flaw)
}

/// A relay that did not answer as one.
pub fn of_relay(error: RelayError) -> Fault {
    let message = error.to_string();
    let code = match error {
        RelayError::Address(_) => {
            return Fault::new(FaultCode::BadInput, message).with("field", "relay_url");
        }
        RelayError::MalformedToken => {
            return Fault::new(FaultCode::BadInput, message).with("field", "relay_token");
        }
        RelayError::Unauthorized => FaultCode::RelayRefused,
        RelayError::Unexpected(_) => FaultCode::RelayLying,
        _ => FaultCode::RelayUnreachable,
    };
    Fault::new(code, message.clone()).with("reason", message)
}
