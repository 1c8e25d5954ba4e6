//! The table of all requests, and what each host and the engine make of it.
//!
//! One row here is one request: its request struct and its answer. The table writes the enum a
//! host decodes, the trait a host or the engine implements (a request that is forgotten does not
//! compile), and the map the UI's `rpc` is typed by.

use crate::{
    Account, AccountQuery, AcknowledgeLoss, AddCustomer, AddFollowUp, AddMark, AddNumber,
    AddOutcome, Answers, AskScript, BackUp, BackedUp, BarNumber, BecomePhoneProgram, CallDetail,
    CallList, CallQuery, CallRow, CallsPage, CallsQuery, CancelCustodyTask, CancelImport,
    ChangeCustomer, ChangeFollowUp, ChangeList, ChangeMark, ChangeOutcome, ChangeSettings,
    CheckRecordings, ChooseBackup, ChooseImportFile, ChooseRecordingsFolder, ChosenBackup,
    ChosenFile, ChosenFolder, ClearCopied, ClearedClipboard, CloseImport, CopiedNumber, CopyNumber,
    CustodyQuery, CustodyReport, CustodyRules, CustodyRulesQuery, CustodyTask, Customer,
    CustomerCard, CustomerQuery, CustomersPage, CustomersQuery, DeleteCalls, Deletion, DeskQuery,
    DeskState, DialLead, DoNotCallCount, DoNotCallImported, DoNotCallPreview, DoNotCallQuery, Done,
    DropFollowUp, EraseNumber, Erasure, ErasureQuery, Examination, Examine, ExportCalls,
    ExportDoNotCall, ExportFollowUps, ExportGuardLog, ExportList, ExportReport, ExportedCalls,
    ExportedDoNotCall, ExportedFollowUps, ExportedSheet, Fault, FetchAllRecordings, FetchRecording,
    FinishFollowUp, FollowUpKept, FollowUps, FollowUpsQuery, ForgetAccount, ForgetCustomer,
    GuardLogPage, GuardLogQuery, GuardQuery, GuardRules, HandOver, ImportDoNotCall, ImportLeads,
    ImportOutcome, ImportPreview, ImportReport, Imports, ImportsQuery, KeepRulePreview, LeadRow,
    LeadsImported, LeadsPage, LeadsPreview, LeadsQuery, LeadsReport, LeavePhoneProgram,
    LiftDoNotCall, Lists, ListsQuery, LogCall, LoggedCall, LookUpNumber, MarkHeard, Marks,
    MarksQuery, MaskNumbers, MergeCustomers, MoveRecordings, NumberCard, NumberFollowUps,
    NumberGiven, OpenRecordingsFolder, OrderOutcomes, Outcomes, OutcomesQuery, Pair, PairOpened,
    Pairing, PhoneProgram, PhoneProgramQuery, PlaceCall, Placed, Playback, PlaybackQuery,
    PreviewDoNotCall, PreviewImport, PreviewKeepRule, PreviewLeads, ReadOpenedPairing, ReadPairing,
    ReadTime, RecordingDetail, RecordingName, RecordingNameQuery, RehearseDoNotCall,
    RehearseImport, RehearseLeads, RemoveList, RemoveMark, RemoveNumber, RemoveOutcome,
    RemoveScript, RemoveView, RenameView, ReopenFollowUp, RepairRecordings, Report, ReportQuery,
    RequireOutcome, RestartProgram, RestoreBackup, RestoredBackup, RunImport, SaveRecording,
    SaveRecordings, SaveRejected, SaveRejectedLeads, SaveReportPicture, SaveScript, SaveView,
    SavedRecording, SavedReport, SavedViews, Scripts, ScriptsQuery, SetAccount, SetAnswer,
    SetCustodyRules, SetGuard, SetMode, SetNote, SetOutcome, SetPlayback, SetShortcut, Settings,
    SettingsQuery, Shortcut, ShortcutQuery, ShowNumbers, ShowSaved, SnoozeFollowUp, SplitCustomer,
    StagedFile, StandingFollowUps, StarRecording, StopJob, SyncNow, SyncReport, Tags, TagsQuery,
    TakeLink, TakenLink, TimeRead, Today, TodayQuery, TurnLead, UndoDeletion, UndoImport, Undone,
    UndoneImport, Unmasking, Unpair, ViewsQuery, Waveform, WaveformQuery, Work, WorkQuery,
};
use serde::Deserialize;
use std::future::Future;

macro_rules! verbs {
    ($(#[$doc:meta])* $verb:ident / $trait:ident { $($(#[$row_doc:meta])* $method:ident: $request:ident => $answer:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(tag = "name", content = "args")]
        #[allow(
            clippy::large_enum_variant,
            reason = "a request is decoded once and answered at once; only some verbs have a large one"
        )]
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
        /// What the guard refused, and each change of its rules.
        guard_log: GuardLogQuery => GuardLogPage,
        /// How many numbers are not to be called.
        do_not_call: DoNotCallQuery => DoNotCallCount,
        /// How a staged file of such numbers is read.
        preview_do_not_call: PreviewDoNotCall => DoNotCallPreview,
        /// What a staged file of such numbers would do.
        rehearse_do_not_call: RehearseDoNotCall => DoNotCallImported,
        /// What a piece of text would dial.
        look_up_number: LookUpNumber => NumberCard,
        /// A page of the log.
        calls: CallsQuery => CallsPage,
        /// Everything known of one call.
        call: CallQuery => CallDetail,
        /// The day's figures.
        today: TodayQuery => Today,
        /// What the log comes to over some days.
        report: ReportQuery => Report,
        /// A page of the customers.
        customers: CustomersQuery => CustomersPage,
        /// Everything known of one customer.
        customer: CustomerQuery => CustomerCard,
        /// All tags in use.
        tags: TagsQuery => Tags,
        /// The outcomes there are.
        outcomes: OutcomesQuery => Outcomes,
        /// The scripts there are.
        scripts: ScriptsQuery => Scripts,
        /// What an erasure would take.
        erasure: ErasureQuery => Erasure,
        /// The saved filters.
        views: ViewsQuery => SavedViews,
        /// The follow-ups, by when they are due.
        follow_ups: FollowUpsQuery => FollowUps,
        /// Which follow-ups stand for some numbers.
        number_follow_ups: NumberFollowUps => StandingFollowUps,
        /// Which time a text means.
        read_time: ReadTime => TimeRead,
        /// The shape of a recording.
        waveform: WaveformQuery => Waveform,
        /// The marks in a recording.
        marks: MarksQuery => Marks,
        /// How recordings are played.
        playback: PlaybackQuery => Playback,
        /// How a staged file is read.
        preview_import: PreviewImport => ImportPreview,
        /// What a staged file would do to the log.
        rehearse_import: RehearseImport => ImportReport,
        /// How a staged file of leads is read.
        preview_leads: PreviewLeads => LeadsPreview,
        /// What a staged file of leads would become.
        rehearse_leads: RehearseLeads => LeadsReport,
        /// The calling lists.
        lists: ListsQuery => Lists,
        /// A page of a list's leads.
        leads: LeadsQuery => LeadsPage,
        /// Whose turn it is in a list.
        work: WorkQuery => Work,
        /// The imports so far.
        past_imports: ImportsQuery => Imports,
        /// How all recordings stand.
        custody: CustodyQuery => CustodyReport,
        /// The rules by which recordings are fetched and kept.
        custody_rules: CustodyRulesQuery => CustodyRules,
        /// What a rule would drop.
        preview_keep_rule: PreviewKeepRule => KeepRulePreview,
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
        /// Dials a lead of a list.
        dial_lead: DialLead => Placed,
        /// Changes whose turn it is.
        turn_lead: TurnLead => LeadRow,
        /// Makes a list of a staged file.
        import_leads: ImportLeads => LeadsImported,
        /// Changes a list.
        change_list: ChangeList => CallList,
        /// Removes a list.
        remove_list: RemoveList => Done,
        /// Writes a note.
        set_note: SetNote => CallRow,
        /// Chooses what came of a call.
        set_outcome: SetOutcome => CallRow,
        /// Writes down what was answered in a call.
        set_answer: SetAnswer => Answers,
        /// Adds an outcome.
        add_outcome: AddOutcome => Outcomes,
        /// Changes an outcome.
        change_outcome: ChangeOutcome => Outcomes,
        /// Puts the outcomes in order.
        order_outcomes: OrderOutcomes => Outcomes,
        /// Removes an outcome, or archives it.
        remove_outcome: RemoveOutcome => Outcomes,
        /// Says whether the last call needs an outcome before the next dial.
        require_outcome: RequireOutcome => Outcomes,
        /// Puts a number onto the do-not-call table.
        bar_number: BarNumber => Done,
        /// Puts the numbers of a staged file there.
        import_do_not_call: ImportDoNotCall => DoNotCallImported,
        /// Keeps a wish to call a number.
        add_follow_up: AddFollowUp => FollowUpKept,
        /// Changes a follow-up.
        change_follow_up: ChangeFollowUp => FollowUpKept,
        /// Puts a follow-up off.
        snooze_follow_up: SnoozeFollowUp => FollowUpKept,
        /// Says that a follow-up is done.
        finish_follow_up: FinishFollowUp => FollowUpKept,
        /// Deletes a follow-up.
        drop_follow_up: DropFollowUp => FollowUpKept,
        /// Lets a follow-up stand again.
        reopen_follow_up: ReopenFollowUp => FollowUpKept,
        /// Lets a number be called again.
        lift_do_not_call: LiftDoNotCall => Done,
        /// Writes a script down.
        save_script: SaveScript => Scripts,
        /// Removes a script.
        remove_script: RemoveScript => Scripts,
        /// Chooses the script that is asked.
        ask_script: AskScript => Scripts,
        /// Adds a customer.
        add_customer: AddCustomer => Customer,
        /// Changes a customer.
        change_customer: ChangeCustomer => Customer,
        /// Gives a customer a further number.
        add_number: AddNumber => NumberGiven,
        /// Takes a number from a customer.
        remove_number: RemoveNumber => Customer,
        /// Makes two customers one.
        merge_customers: MergeCustomers => Customer,
        /// Splits a customer off again.
        split_customer: SplitCustomer => Customer,
        /// Forgets a customer.
        forget_customer: ForgetCustomer => Done,
        /// Writes down a call that was made elsewhere.
        log_call: LogCall => LoggedCall,
        /// Deletes calls.
        delete_calls: DeleteCalls => Deletion,
        /// Erases a person.
        erase_number: EraseNumber => Deletion,
        /// Undoes a deletion.
        undo_deletion: UndoDeletion => Undone,
        /// Saves a filter under a name.
        save_view: SaveView => SavedViews,
        /// Gives a saved filter another name.
        rename_view: RenameView => SavedViews,
        /// Removes a saved filter.
        remove_view: RemoveView => SavedViews,
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
        /// Masks numbers on screen.
        mask_numbers: MaskNumbers => Settings,
        /// Changes the guard's rules.
        set_guard: SetGuard => GuardRules,
        /// Lets calls be placed after the database was lost.
        acknowledge_loss: AcknowledgeLoss => Done,
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
        /// Stages a small file by its content.
        hand_over: HandOver => StagedFile,
        /// Takes a staged file into the log.
        run_import: RunImport => ImportOutcome,
        /// Stops what is under way with a staged file.
        cancel_import: CancelImport => Done,
        /// Lets go of a staged file.
        close_import: CloseImport => Done,
        /// Takes an import out of the log again.
        undo_import: UndoImport => UndoneImport,
        /// Changes the rules by which recordings are fetched and kept.
        set_custody_rules: SetCustodyRules => CustodyRules,
        /// Fetches everything that is not here.
        fetch_all_recordings: FetchAllRecordings => CustodyTask,
        /// Moves all recordings to another folder.
        move_recordings: MoveRecordings => CustodyTask,
        /// Compares all files with what was fetched.
        check_recordings: CheckRecordings => CustodyTask,
        /// Fetches anew what is missing or damaged.
        repair_recordings: RepairRecordings => CustodyTask,
        /// Copies many recordings into a folder.
        save_recordings: SaveRecordings => CustodyTask,
        /// Ends what is being done with many recordings.
        cancel_custody_task: CancelCustodyTask => Done,
        /// Notes that a recording was heard.
        mark_heard: MarkHeard => RecordingDetail,
        /// Gives a recording a star, or takes it.
        star_recording: StarRecording => CallRow,
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
        /// The dialog that opens a file.
        choose_import_file: ChooseImportFile => ChosenFile,
        /// The save dialog, for rows that were not taken.
        save_rejected: SaveRejected => Done,
        /// The save dialog, for rows of leads that were not taken.
        save_rejected_leads: SaveRejectedLeads => Done,
        /// The folder dialog.
        choose_recordings_folder: ChooseRecordingsFolder => ChosenFolder,
        /// The save dialog for the log.
        export_calls: ExportCalls => ExportedCalls,
        /// The save dialog for what came of a list.
        export_list: ExportList => ExportedCalls,
        /// The save dialog for a report in a workbook.
        export_report: ExportReport => SavedReport,
        /// The save dialog for a report as a picture.
        save_report_picture: SaveReportPicture => SavedReport,
        /// The save dialog for a calendar of follow-ups.
        export_follow_ups: ExportFollowUps => ExportedFollowUps,
        /// The file manager at what was saved.
        show_saved: ShowSaved => Done,
        /// The save dialog for a backup.
        back_up: BackUp => BackedUp,
        /// The dialog for a backup to restore.
        choose_backup: ChooseBackup => ChosenBackup,
        /// Makes it ready.
        restore_backup: RestoreBackup => RestoredBackup,
        /// Starts the program anew.
        restart_program: RestartProgram => Done,
        /// A link that another program opened.
        take_link: TakeLink => TakenLink,
        /// What a pairing link would set up that was opened, and not pasted.
        read_opened_pairing: ReadOpenedPairing => Pairing,
        /// Sets the relay up from it.
        pair_opened: PairOpened => Account,
        /// Which program opens links to numbers.
        phone_program: PhoneProgramQuery => PhoneProgram,
        /// Makes it this one.
        become_phone_program: BecomePhoneProgram => PhoneProgram,
        /// Takes that back.
        leave_phone_program: LeavePhoneProgram => PhoneProgram,
        /// The keys that dial what was copied.
        shortcut: ShortcutQuery => Shortcut,
        /// Other keys for it.
        set_shortcut: SetShortcut => Shortcut,
        /// The system's question for the password, before numbers are whole on screen.
        show_numbers: ShowNumbers => Unmasking,
        /// The save dialog for the guard's log.
        export_guard_log: ExportGuardLog => ExportedSheet,
        /// The save dialog for the do-not-call table.
        export_do_not_call: ExportDoNotCall => ExportedDoNotCall,
        /// The clipboard.
        copy_number: CopyNumber => CopiedNumber,
        /// The clipboard, emptied.
        clear_copied: ClearCopied => ClearedClipboard,
    }
}

fn encode(answer: impl serde::Serialize) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(answer)
        .map_err(|_| Fault::new(crate::FaultCode::Internal, "an answer could not be encoded"))
}
