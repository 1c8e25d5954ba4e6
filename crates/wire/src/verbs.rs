//! The table of all requests, and what each host and the engine make of it.
//!
//! One row here is one request: its request struct and its answer. The table writes the enum a
//! host decodes, the trait a host or the engine implements (a request that is forgotten does not
//! compile), and the map the UI's `rpc` is typed by.

use crate::{
    Account, AccountQuery, AddMark, CallDetail, CallQuery, CallRow, CallsPage, CallsQuery,
    ChangeMark, ChangeSettings, ChooseRecordingsFolder, DeskQuery, DeskState, Done, Examination,
    Examine, ExportCalls, ExportedCalls, Fault, FetchRecording, ForgetAccount, GuardQuery,
    GuardRules, ImportRecords, ImportReport, LookUpNumber, Marks, MarksQuery, NumberCard,
    OpenRecordingsFolder, Pair, Pairing, PlaceCall, Placed, Playback, PlaybackQuery, ReadPairing,
    RecordingDetail, RecordingName, RecordingNameQuery, RemoveMark, SaveRecording, SavedRecording,
    SetAccount, SetGuard, SetMode, SetNote, SetPlayback, Settings, SettingsQuery, ShowSaved,
    StopJob, SyncNow, SyncReport, Today, TodayQuery, Unpair, Waveform, WaveformQuery,
};
use serde::Deserialize;
use std::future::Future;

macro_rules! verbs {
    ($(#[$doc:meta])* $verb:ident / $trait:ident { $($(#[$row_doc:meta])* $method:ident: $request:ident => $answer:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(tag = "name", content = "args")]
        pub enum $verb {
            $($(#[$row_doc])* $request($request),)*
        }

        impl $verb {
            /// The request's name, for a log.
            pub fn name(&self) -> &'static str {
                match self { $($verb::$request(_) => stringify!($request),)* }
            }

            /// Hands the request to the one who answers it, and encodes the answer.
            pub async fn answer(self, by: &impl $trait) -> Result<serde_json::Value, Fault> {
                match self {
                    $($verb::$request(args) => encode(by.$method(args).await?),)*
                }
            }

            pub(crate) fn shapes(visit: &mut impl crate::typescript::Shapes) {
                $(visit.verb::<$request, $answer>(stringify!($verb), stringify!($request));)*
            }
        }

        $(#[$doc])*
        pub trait $trait {
            $($(#[$row_doc])* fn $method(&self, request: $request) -> impl Future<Output = Result<$answer, Fault>> + Send;)*
        }
    };
}

verbs! {
    /// Questions: they change nothing.
    Query / Queries {
        /// The desk as a whole.
        desk: DeskQuery => DeskState,
        /// What is set up.
        account: AccountQuery => Account,
        /// What a pairing link would set up.
        read_pairing: ReadPairing => Pairing,
        /// The settings.
        settings: SettingsQuery => Settings,
        /// The guard's rules.
        guard: GuardQuery => GuardRules,
        /// What a piece of text would dial.
        look_up_number: LookUpNumber => NumberCard,
        /// A page of the log.
        calls: CallsQuery => CallsPage,
        /// Everything known of one call.
        call: CallQuery => CallDetail,
        /// The day's figures.
        today: TodayQuery => Today,
        /// The shape of a recording.
        waveform: WaveformQuery => Waveform,
        /// The marks in a recording.
        marks: MarksQuery => Marks,
        /// How recordings are played.
        playback: PlaybackQuery => Playback,
        /// The connection check.
        examine: Examine => Examination,
        /// How a template names recordings.
        recording_name: RecordingNameQuery => RecordingName,
    }
}

verbs! {
    /// Changes, each a struct named by its intent.
    Mutation / Mutations {
        /// Dials.
        place_call: PlaceCall => Placed,
        /// Writes a note.
        set_note: SetNote => CallRow,
        /// Sets credentials.
        set_account: SetAccount => Account,
        /// Forgets credentials.
        forget_account: ForgetAccount => Account,
        /// Sets the relay up.
        pair: Pair => Account,
        /// Forgets the relay.
        unpair: Unpair => Account,
        /// Changes settings.
        change_settings: ChangeSettings => Settings,
        /// Changes the guard's rules.
        set_guard: SetGuard => GuardRules,
        /// Goes to practice, or to the real thing.
        set_mode: SetMode => DeskState,
        /// Asks the relay now.
        sync_now: SyncNow => SyncReport,
        /// Fetches a recording now.
        fetch_recording: FetchRecording => RecordingDetail,
        /// Sets a mark in a recording.
        add_mark: AddMark => Marks,
        /// Writes a mark's note.
        change_mark: ChangeMark => Marks,
        /// Removes a mark.
        remove_mark: RemoveMark => Marks,
        /// Remembers how recordings are played.
        set_playback: SetPlayback => Playback,
        /// Brings records in by hand.
        import_records: ImportRecords => ImportReport,
        /// Stops a job.
        stop_job: StopJob => Done,
    }
}

verbs! {
    /// Native actions, which only a host can do.
    Trigger / Triggers {
        /// The save dialog.
        save_recording: SaveRecording => SavedRecording,
        /// The file manager.
        open_recordings_folder: OpenRecordingsFolder => Done,
        /// The folder dialog.
        choose_recordings_folder: ChooseRecordingsFolder => Done,
        /// The save dialog for the log.
        export_calls: ExportCalls => ExportedCalls,
        /// The file manager at what was saved.
        show_saved: ShowSaved => Done,
    }
}

fn encode(answer: impl serde::Serialize) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(answer)
        .map_err(|_| Fault::new(crate::FaultCode::Internal, "an answer could not be encoded"))
}
