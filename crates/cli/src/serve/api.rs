//! `POST /api/{query|mutate|trigger}`: the contract's verbs over HTTP.

use super::App;
use super::exports::Exports;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bohao_engine::{Desk, ReportFile};
use bohao_wire::{
    Account, BackUp, BackedUp, BecomePhoneProgram, ChooseBackup, ChooseImportFile,
    ChooseRecordingsFolder, ChosenBackup, ChosenFile, ChosenFolder, ClearCopied, ClearedClipboard,
    CopiedNumber, CopyNumber, Done, ExportCalls, ExportDoNotCall, ExportFollowUps, ExportGuardLog,
    ExportList, ExportReport, ExportedCalls, ExportedDoNotCall, ExportedFollowUps, ExportedSheet,
    Fault, FaultCode, LeavePhoneProgram, Mutation, OpenRecordingsFolder, PairOpened, Pairing,
    PhoneProgram, PhoneProgramQuery, Proof, Query, ReadOpenedPairing, RestartProgram,
    RestoreBackup, RestoredBackup, SaveRecording, SaveRejected, SaveRejectedLeads,
    SaveReportPicture, SavedRecording, SavedReport, SetShortcut, Shortcut, ShortcutQuery,
    ShowNumbers, ShowSaved, TakeLink, TakenLink, Trigger, Triggers, Unmasking,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Answers one request: 200 with the answer, or a fault with a fitting status.
pub async fn answer(
    State(app): State<App>,
    Path(verb): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(cut) => {
            return refusal(
                cut.status(),
                "bad_input",
                "the request is too large or cut off",
            );
        }
    };
    let desk = &app.desk;
    let answered = match verb.as_str() {
        "query" => match decoded::<Query>(&body) {
            Ok(query) => query.answer(desk).await,
            Err(fault) => Err(fault),
        },
        "mutate" => match decoded::<Mutation>(&body) {
            Ok(mutation) => mutation.answer(desk).await,
            Err(fault) => Err(fault),
        },
        "trigger" => match decoded::<Trigger>(&body) {
            Ok(trigger) => {
                let exports = &app.exports;
                trigger.answer(&Browser { desk, exports }).await
            }
            Err(fault) => Err(fault),
        },
        _ => Err(unknown("there is no such verb")),
    };
    match answered {
        Ok(answer) => json_response(StatusCode::OK, &answer),
        Err(fault) => fault_response(&fault),
    }
}

/// A fault with the status that tells its kind.
pub fn fault_response(fault: &Fault) -> Response {
    if fault.code == FaultCode::Internal {
        tracing::error!(message = fault.message, "a request of the page failed");
    }
    let body = serde_json::to_value(fault).unwrap_or_default();
    json_response(status_of(fault.code), &body)
}

/// A request that is turned away before the desk hears of it.
pub fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    json_response(status, &json!({ "code": code, "message": message }))
}

/// A request whose path is known and whose method is not.
pub async fn other_method() -> Response {
    refusal(
        StatusCode::METHOD_NOT_ALLOWED,
        "bad_input",
        "this address takes another method",
    )
}

/// What a browser can do of what only a host can.
struct Browser<'a> {
    desk: &'a Desk,
    exports: &'a Exports,
}

impl Triggers for Browser<'_> {
    async fn save_recording(&self, request: SaveRecording) -> Result<SavedRecording, Fault> {
        self.desk.recording_file(&request.call).await?;
        Ok(SavedRecording::Download {
            href: format!("/api/recording/{}?download", request.call.0),
        })
    }

    async fn choose_import_file(&self, _: ChooseImportFile) -> Result<ChosenFile, Fault> {
        Err(not_here())
    }

    async fn save_rejected(&self, _: SaveRejected) -> Result<Done, Fault> {
        Err(not_here())
    }

    async fn save_rejected_leads(&self, _: SaveRejectedLeads) -> Result<Done, Fault> {
        Err(not_here())
    }

    async fn open_recordings_folder(&self, _: OpenRecordingsFolder) -> Result<Done, Fault> {
        Err(not_here())
    }

    async fn choose_recordings_folder(
        &self,
        _: ChooseRecordingsFolder,
    ) -> Result<ChosenFolder, Fault> {
        Err(not_here())
    }

    async fn export_calls(&self, request: ExportCalls) -> Result<ExportedCalls, Fault> {
        let name = self.desk.export_name(request.sheet);
        let Some((file, rows)) = self.desk.export_to_hand_out(request).await? else {
            return Ok(ExportedCalls::Cancelled);
        };
        let href = self.exports.keep(file, name);
        Ok(ExportedCalls::Download { href, rows })
    }

    async fn export_list(&self, request: ExportList) -> Result<ExportedCalls, Fault> {
        let name = self.desk.list_export_name(request.sheet);
        let Some((file, rows)) = self.desk.export_list_to_hand_out(request).await? else {
            return Ok(ExportedCalls::Cancelled);
        };
        let href = self.exports.keep(file, name);
        Ok(ExportedCalls::Download { href, rows })
    }

    async fn export_report(&self, request: ExportReport) -> Result<SavedReport, Fault> {
        self.hand_out(self.desk.report_workbook(&request).await?)
            .await
    }

    async fn save_report_picture(&self, request: SaveReportPicture) -> Result<SavedReport, Fault> {
        self.hand_out(self.desk.report_picture(&request)?).await
    }

    async fn export_follow_ups(
        &self,
        request: ExportFollowUps,
    ) -> Result<ExportedFollowUps, Fault> {
        let name = self.desk.calendar_name();
        let (file, count) = self.desk.follow_ups_to_hand_out(request).await?;
        let href = self.exports.keep(file, name);
        Ok(ExportedFollowUps::Download { href, count })
    }

    async fn back_up(&self, _: BackUp) -> Result<BackedUp, Fault> {
        Err(not_here())
    }

    async fn choose_backup(&self, _: ChooseBackup) -> Result<ChosenBackup, Fault> {
        Err(not_here())
    }

    async fn restore_backup(&self, _: RestoreBackup) -> Result<RestoredBackup, Fault> {
        Err(not_here())
    }

    async fn restart_program(&self, _: RestartProgram) -> Result<Done, Fault> {
        Err(not_here())
    }

    async fn take_link(&self, _: TakeLink) -> Result<TakenLink, Fault> {
        Err(not_here())
    }

    async fn read_opened_pairing(&self, _: ReadOpenedPairing) -> Result<Pairing, Fault> {
        Err(not_here())
    }

    async fn pair_opened(&self, _: PairOpened) -> Result<Account, Fault> {
        Err(not_here())
    }

    async fn phone_program(&self, _: PhoneProgramQuery) -> Result<PhoneProgram, Fault> {
        Err(not_here())
    }

    async fn become_phone_program(&self, _: BecomePhoneProgram) -> Result<PhoneProgram, Fault> {
        Err(not_here())
    }

    async fn leave_phone_program(&self, _: LeavePhoneProgram) -> Result<PhoneProgram, Fault> {
        Err(not_here())
    }

    async fn shortcut(&self, _: ShortcutQuery) -> Result<Shortcut, Fault> {
        Err(not_here())
    }

    async fn set_shortcut(&self, _: SetShortcut) -> Result<Shortcut, Fault> {
        Err(not_here())
    }

    async fn show_saved(&self, _: ShowSaved) -> Result<Done, Fault> {
        Err(not_here())
    }

    async fn export_guard_log(&self, request: ExportGuardLog) -> Result<ExportedSheet, Fault> {
        let name = self.desk.guard_log_name(request.form);
        let (file, rows) = self.desk.guard_log_to_hand_out(request).await?;
        let href = self.exports.keep(file, name);
        Ok(ExportedSheet::Download { href, rows })
    }

    async fn export_do_not_call(
        &self,
        request: ExportDoNotCall,
    ) -> Result<ExportedDoNotCall, Fault> {
        let name = self.desk.do_not_call_name(&request);
        let keep = |file| self.exports.keep(file, name);
        self.desk.do_not_call_to_hand_out(request, keep).await
    }

    /// A server has no window to ask for a password in: the page's own question has to do.
    async fn show_numbers(&self, _: ShowNumbers) -> Result<Unmasking, Fault> {
        let by = Proof::Confirmation;
        let settings = self.desk.show_numbers(by).await?;
        Ok(Unmasking::Unmasked { settings, by })
    }

    async fn copy_number(&self, _: CopyNumber) -> Result<CopiedNumber, Fault> {
        Err(not_here())
    }

    async fn clear_copied(&self, _: ClearCopied) -> Result<ClearedClipboard, Fault> {
        Err(not_here())
    }
}

impl Browser<'_> {
    async fn hand_out(&self, report: ReportFile) -> Result<SavedReport, Fault> {
        let name = report.suggested_name.clone();
        let file = self.desk.report_to_hand_out(report).await?;
        let href = self.exports.keep(file, name);
        Ok(SavedReport::Download { href })
    }
}

fn not_here() -> Fault {
    Fault::new(FaultCode::NotHere, "a browser can't open or choose folders")
}

/// What the decoder says of a bad request may quote it, and so a secret: it is not told.
fn decoded<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|_| unknown("there is no such request, or its args do not fit"))
}

fn unknown(message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", "name")
}

pub fn json_response(status: StatusCode, body: &Value) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

fn status_of(code: FaultCode) -> StatusCode {
    match code {
        FaultCode::BadNumber
        | FaultCode::BadInput
        | FaultCode::BadLink
        | FaultCode::UnreadableFile => StatusCode::BAD_REQUEST,
        FaultCode::NotFound | FaultCode::RecordingUnavailable => StatusCode::NOT_FOUND,
        FaultCode::NotSetUp | FaultCode::FileExists | FaultCode::InUse | FaultCode::TaskRunning => {
            StatusCode::CONFLICT
        }
        FaultCode::PlatformUnreachable
        | FaultCode::PlatformRefused
        | FaultCode::RelayUnreachable
        | FaultCode::RelayRefused
        | FaultCode::RelayLying => StatusCode::BAD_GATEWAY,
        FaultCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        FaultCode::NotHere => StatusCode::NOT_IMPLEMENTED,
        FaultCode::NotWritable
        | FaultCode::KeyringFailed
        | FaultCode::DatabaseNewer
        | FaultCode::DatabaseDamaged
        | FaultCode::DatabaseForeign
        | FaultCode::DatabaseReplaced
        | FaultCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
