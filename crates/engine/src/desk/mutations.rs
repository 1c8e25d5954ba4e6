//! Changes at the desk.

use super::queries::no_such_call;
use super::{Desk, listening};
use crate::deleting::Moment;
use crate::masking::Masking;
use crate::preferences::{self, Topic, decoded, encoded};
use crate::recordings::Star;
use crate::{
    by_hand, customers, do_not_call, faults, follow_ups, guard, lists, outcomes, scripts,
    selection, views,
};
use bohao_wire::{
    Account, AcknowledgeLoss, AddCustomer, AddFollowUp, AddMark, AddNumber, AddOutcome, Answers,
    AskScript, BarNumber, CallList, CallRow, CancelCustodyTask, CancelImport, ChangeCustomer,
    ChangeFollowUp, ChangeList, ChangeMark, ChangeOutcome, ChangeSettings, CheckRecordings,
    CloseImport, CustodyRules, CustodyTask, Customer, DeleteCalls, Deletion, DeskQuery, DeskState,
    DialLead, DoNotCallImported, Done, DropFollowUp, EraseNumber, Event, Fault, FaultCode,
    FetchAllRecordings, FetchRecording, FinishFollowUp, FollowUpKept, FollowUpState, ForgetAccount,
    ForgetCustomer, GuardEvent, GuardRules, HandOver, ImportDoNotCall, ImportLeads, ImportOutcome,
    LeadRow, LeadsImported, LiftDoNotCall, LogCall, LoggedCall, MarkHeard, Marks, MaskNumbers,
    MergeCustomers, MoveRecordings, Mutations, NumberGiven, OrderOutcomes, Outcomes, Pair,
    PlaceCall, Placed, Playback, Queries, RecordingDetail, RemoveList, RemoveMark, RemoveNumber,
    RemoveOutcome, RemoveScript, RemoveView, RenameView, ReopenFollowUp, RepairRecordings,
    RequireOutcome, RunImport, SaveRecordings, SaveScript, SaveView, SavedViews, Scripts,
    SetAccount, SetAnswer, SetCustodyRules, SetGuard, SetMode, SetNote, SetOutcome, SetPlayback,
    Settings, SnoozeFollowUp, SplitCustomer, StagedFile, StarRecording, StopJob, SyncNow,
    SyncReport, TurnLead, UndoDeletion, UndoImport, Undone, UndoneImport, Unpair,
};
use std::path::{Path, PathBuf};
use url::Url;

/// The longest note, in characters.
const MAX_NOTE: usize = 4_000;

impl Mutations for Desk {
    async fn place_call(&self, request: PlaceCall) -> Result<Placed, Fault> {
        self.ground().dialing.place(request).await
    }

    async fn dial_lead(&self, request: DialLead) -> Result<Placed, Fault> {
        lists::dial(&self.ground(), request).await
    }

    async fn turn_lead(&self, request: TurnLead) -> Result<LeadRow, Fault> {
        lists::turn(&self.ground(), request).await
    }

    async fn import_leads(&self, request: ImportLeads) -> Result<LeadsImported, Fault> {
        self.imports().run_leads(request).await
    }

    async fn change_list(&self, request: ChangeList) -> Result<CallList, Fault> {
        lists::change(&self.ground(), request).await
    }

    async fn remove_list(&self, request: RemoveList) -> Result<Done, Fault> {
        lists::remove(&self.ground(), request).await
    }

    async fn set_note(&self, request: SetNote) -> Result<CallRow, Fault> {
        if request.note.chars().count() > MAX_NOTE {
            return Err(bad("note", "a note has at most 4000 characters"));
        }
        let ground = self.ground();
        let call = request.call.clone();
        let row = ground
            .store
            .write(move |tx| {
                tx.calls().set_note(&request.call, &request.note)?;
                tx.calls().get(&request.call)
            })
            .await
            .map_err(faults::of_store)?
            .ok_or_else(no_such_call)?;
        (ground.changed)(call);
        Ok(row)
    }

    async fn set_outcome(&self, request: SetOutcome) -> Result<CallRow, Fault> {
        outcomes::set(&self.ground(), request, self.inner.around.now()).await
    }

    async fn set_answer(&self, request: SetAnswer) -> Result<Answers, Fault> {
        scripts::answer(&self.ground(), request, self.inner.around.now()).await
    }

    async fn add_outcome(&self, request: AddOutcome) -> Result<Outcomes, Fault> {
        self.told(outcomes::add(&self.ground(), request).await)
    }

    async fn change_outcome(&self, request: ChangeOutcome) -> Result<Outcomes, Fault> {
        self.told(outcomes::change(&self.ground(), request).await)
    }

    async fn order_outcomes(&self, request: OrderOutcomes) -> Result<Outcomes, Fault> {
        self.told(outcomes::order(&self.ground(), request).await)
    }

    async fn remove_outcome(&self, request: RemoveOutcome) -> Result<Outcomes, Fault> {
        self.told(outcomes::remove(&self.ground(), request).await)
    }

    async fn require_outcome(&self, request: RequireOutcome) -> Result<Outcomes, Fault> {
        self.told(outcomes::require(&self.ground(), request).await)
    }

    async fn bar_number(&self, request: BarNumber) -> Result<Done, Fault> {
        let now = self.inner.around.now();
        self.told(do_not_call::bar(&self.ground(), request, now).await)
    }

    async fn import_do_not_call(
        &self,
        request: ImportDoNotCall,
    ) -> Result<DoNotCallImported, Fault> {
        self.imports().run_do_not_call(request).await
    }

    async fn add_follow_up(&self, request: AddFollowUp) -> Result<FollowUpKept, Fault> {
        follow_ups::add(&self.ground(), request, self.inner.around.now()).await
    }

    async fn change_follow_up(&self, request: ChangeFollowUp) -> Result<FollowUpKept, Fault> {
        follow_ups::change(&self.ground(), request, self.inner.around.now()).await
    }

    async fn snooze_follow_up(&self, request: SnoozeFollowUp) -> Result<FollowUpKept, Fault> {
        follow_ups::snooze(&self.ground(), request, self.inner.around.now()).await
    }

    async fn finish_follow_up(&self, request: FinishFollowUp) -> Result<FollowUpKept, Fault> {
        let (id, now) = (request.follow_up, self.inner.around.now());
        follow_ups::end(&self.ground(), id, FollowUpState::Done, now).await
    }

    async fn drop_follow_up(&self, request: DropFollowUp) -> Result<FollowUpKept, Fault> {
        let (id, now) = (request.follow_up, self.inner.around.now());
        follow_ups::end(&self.ground(), id, FollowUpState::Dropped, now).await
    }

    async fn reopen_follow_up(&self, request: ReopenFollowUp) -> Result<FollowUpKept, Fault> {
        let (id, now) = (request.follow_up, self.inner.around.now());
        follow_ups::reopen(&self.ground(), id, now).await
    }

    async fn lift_do_not_call(&self, request: LiftDoNotCall) -> Result<Done, Fault> {
        let now = self.inner.around.now();
        self.told(outcomes::lift(&self.ground(), request, now).await)
    }

    async fn save_script(&self, request: SaveScript) -> Result<Scripts, Fault> {
        self.told(scripts::save(&self.ground(), request).await)
    }

    async fn remove_script(&self, request: RemoveScript) -> Result<Scripts, Fault> {
        self.told(scripts::remove(&self.ground(), request).await)
    }

    async fn ask_script(&self, request: AskScript) -> Result<Scripts, Fault> {
        self.told(scripts::ask(&self.ground(), request).await)
    }

    async fn add_customer(&self, request: AddCustomer) -> Result<Customer, Fault> {
        customers::add(&self.ground(), request, self.inner.around.now()).await
    }

    async fn change_customer(&self, request: ChangeCustomer) -> Result<Customer, Fault> {
        customers::change(&self.ground(), request, self.inner.around.now()).await
    }

    async fn add_number(&self, request: AddNumber) -> Result<NumberGiven, Fault> {
        customers::add_number(&self.ground(), request, self.inner.around.now()).await
    }

    async fn remove_number(&self, request: RemoveNumber) -> Result<Customer, Fault> {
        customers::remove_number(&self.ground(), request).await
    }

    async fn merge_customers(&self, request: MergeCustomers) -> Result<Customer, Fault> {
        customers::merge(&self.ground(), request, self.inner.around.now()).await
    }

    async fn split_customer(&self, request: SplitCustomer) -> Result<Customer, Fault> {
        customers::split(&self.ground(), request, self.inner.around.now()).await
    }

    async fn forget_customer(&self, request: ForgetCustomer) -> Result<Done, Fault> {
        customers::forget(&self.ground(), request).await
    }

    async fn log_call(&self, request: LogCall) -> Result<LoggedCall, Fault> {
        let now = self.inner.around.now();
        let told = by_hand::read(request, &(self.inner.around.ids)(now), now)?;
        let ground = self.ground();
        let taken = ground
            .store
            .write(move |tx| by_hand::take(tx, told, now))
            .await;
        let (logged, changes) = taken.map_err(faults::of_store)?;
        (ground.changed)(logged.row.call.clone());
        if !changes.gone.is_empty() {
            self.tell(Event::DeskChanged);
        }
        Ok(logged)
    }

    async fn delete_calls(&self, request: DeleteCalls) -> Result<Deletion, Fault> {
        self.delete(request.selection, Moment::Given).await
    }

    async fn erase_number(&self, request: EraseNumber) -> Result<Deletion, Fault> {
        self.erase(request, Moment::Given).await
    }

    async fn undo_deletion(&self, request: UndoDeletion) -> Result<Undone, Fault> {
        let (undone, _) = self.ground().deleting.undo(request.deletion).await?;
        self.tell(Event::DeskChanged);
        Ok(undone)
    }

    async fn save_view(&self, request: SaveView) -> Result<SavedViews, Fault> {
        let ground = self.ground();
        views::save(&ground.store, &request.name, request.query, request.days).await
    }

    async fn rename_view(&self, request: RenameView) -> Result<SavedViews, Fault> {
        views::rename(&self.ground().store, request.view, &request.name).await
    }

    async fn remove_view(&self, request: RemoveView) -> Result<SavedViews, Fault> {
        views::remove(&self.ground().store, request.view).await
    }

    async fn set_account(&self, request: SetAccount) -> Result<Account, Fault> {
        // Real credentials never come to lie on practice ground.
        self.inner.live.book.set(request).await?;
        self.account_changed().await
    }

    async fn forget_account(&self, _: ForgetAccount) -> Result<Account, Fault> {
        self.inner.live.book.forget().await?;
        self.account_changed().await
    }

    async fn pair(&self, request: Pair) -> Result<Account, Fault> {
        self.inner.live.book.pair(&request.link).await?;
        self.account_changed().await
    }

    async fn unpair(&self, _: Unpair) -> Result<Account, Fault> {
        self.inner.live.book.unpair().await?;
        self.account_changed().await
    }

    async fn change_settings(&self, request: ChangeSettings) -> Result<Settings, Fault> {
        check_settings(&request)?;
        let store = &self.inner.live.store;
        let settings =
            preferences::change(store, Topic::Settings, move |settings: &mut Settings| {
                apply(settings, request);
            })
            .await?;
        let chosen = settings.recordings_dir.clone().map(PathBuf::from);
        self.inner.live.recordings.choose_folder(chosen);
        self.inner.live.account_changed().await?;
        self.tell(Event::DeskChanged);
        Ok(settings)
    }

    async fn mask_numbers(&self, _: MaskNumbers) -> Result<Settings, Fault> {
        self.change_masking(Masking::On).await
    }

    async fn set_guard(&self, request: SetGuard) -> Result<GuardRules, Fault> {
        let at = self.inner.around.now();
        let outcome = self
            .ground()
            .store
            .write(move |tx| {
                let rules: GuardRules = decoded(tx.settings().get(Topic::Guard.key())?.as_deref());
                let changed = match guard::changed(&rules, &request) {
                    Ok(changed) => changed,
                    Err(fault) => return Ok(Err(fault)),
                };
                tx.settings().set(Topic::Guard.key(), &encoded(&changed))?;
                let event = GuardEvent::Rules {
                    from: rules,
                    to: changed.clone(),
                };
                guard::log::append(tx, at, &event, request.reason.trim())?;
                Ok(Ok(changed))
            })
            .await
            .map_err(faults::of_store)?;
        self.tell(Event::DeskChanged);
        outcome
    }

    async fn acknowledge_loss(&self, _: AcknowledgeLoss) -> Result<Done, Fault> {
        // Only the real ground asks for it.
        let store = &self.inner.live.store;
        let done = guard::loss::acknowledge(store, self.inner.around.now()).await;
        self.told(done.map(|()| Done::Done))
    }

    async fn set_mode(&self, request: SetMode) -> Result<DeskState, Fault> {
        self.change_mode(request.mode).await?;
        self.desk(DeskQuery {}).await
    }

    async fn sync_now(&self, request: SyncNow) -> Result<SyncReport, Fault> {
        self.ground().sync_now(request).await
    }

    async fn fetch_recording(&self, request: FetchRecording) -> Result<RecordingDetail, Fault> {
        self.ground().recordings.fetch(&request.call).await
    }

    async fn add_mark(&self, request: AddMark) -> Result<Marks, Fault> {
        listening::add_mark(&self.ground(), request).await
    }

    async fn change_mark(&self, request: ChangeMark) -> Result<Marks, Fault> {
        listening::change_mark(&self.ground(), request).await
    }

    async fn remove_mark(&self, request: RemoveMark) -> Result<Marks, Fault> {
        listening::remove_mark(&self.ground(), request).await
    }

    async fn set_playback(&self, request: SetPlayback) -> Result<Playback, Fault> {
        listening::set_playback(&self.inner.live.store, request).await
    }

    async fn hand_over(&self, request: HandOver) -> Result<StagedFile, Fault> {
        self.imports().hand_over(request).await
    }

    async fn run_import(&self, request: RunImport) -> Result<ImportOutcome, Fault> {
        self.imports().run(request).await
    }

    async fn cancel_import(&self, request: CancelImport) -> Result<Done, Fault> {
        Ok(self.imports().cancel(&request))
    }

    async fn close_import(&self, request: CloseImport) -> Result<Done, Fault> {
        Ok(self.imports().close(&request))
    }

    async fn undo_import(&self, request: UndoImport) -> Result<UndoneImport, Fault> {
        self.imports().undo(request).await
    }

    async fn set_custody_rules(&self, request: SetCustodyRules) -> Result<CustodyRules, Fault> {
        self.ground().recordings.set_rules(request.rules).await
    }

    async fn fetch_all_recordings(&self, _: FetchAllRecordings) -> Result<CustodyTask, Fault> {
        self.ground().recordings.fetch_all().await
    }

    async fn move_recordings(&self, request: MoveRecordings) -> Result<CustodyTask, Fault> {
        self.ground().recordings.move_to(&request.folder).await
    }

    async fn check_recordings(&self, _: CheckRecordings) -> Result<CustodyTask, Fault> {
        self.ground().recordings.check_all().await
    }

    async fn repair_recordings(&self, _: RepairRecordings) -> Result<CustodyTask, Fault> {
        self.ground().recordings.repair().await
    }

    async fn save_recordings(&self, request: SaveRecordings) -> Result<CustodyTask, Fault> {
        let SaveRecordings {
            selection,
            folder,
            template,
        } = request;
        let ground = self.ground();
        let calls = selection::recorded(&ground.store, selection).await?;
        ground.recordings.save_many(calls, &folder, &template).await
    }

    async fn cancel_custody_task(&self, _: CancelCustodyTask) -> Result<Done, Fault> {
        self.ground().recordings.cancel_task();
        Ok(Done::Done)
    }

    async fn mark_heard(&self, request: MarkHeard) -> Result<RecordingDetail, Fault> {
        self.ground().recordings.mark_heard(&request.call).await
    }

    async fn star_recording(&self, request: StarRecording) -> Result<CallRow, Fault> {
        let star = match request.starred {
            true => Star::Given,
            false => Star::Taken,
        };
        self.ground().recordings.star(&request.call, star).await
    }

    async fn stop_job(&self, request: StopJob) -> Result<Done, Fault> {
        self.inner.jobs.stop(&request.job);
        Ok(Done::Done)
    }
}

impl Desk {
    /// What was changed shows on every screen, so all of them ask again.
    fn told<T>(&self, changed: Result<T, Fault>) -> Result<T, Fault> {
        if changed.is_ok() {
            self.tell(Event::DeskChanged);
        }
        changed
    }

    async fn account_changed(&self) -> Result<Account, Fault> {
        let live = &self.inner.live;
        live.account_changed().await?;
        self.tell(Event::DeskChanged);
        live.book.view().await
    }
}

fn apply(settings: &mut Settings, change: ChangeSettings) {
    let text = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    settings.language = change.language.unwrap_or(settings.language);
    settings.theme = change.theme.unwrap_or(settings.theme);
    settings.dialect = change.dialect.unwrap_or(settings.dialect);
    settings.shortcut = change.shortcut.or(settings.shortcut.take());
    if let Some(columns) = change.log_columns {
        settings.log_columns = columns;
    }
    if let Some(dir) = change.recordings_dir {
        settings.recordings_dir = text(dir);
    }
    if let Some(url) = change.call_url {
        settings.call_url = text(url);
    }
    if let Some(url) = change.recording_url {
        settings.recording_url = text(url);
    }
}

/// Nothing is kept that the next dial or the next recording would stumble over.
fn check_settings(change: &ChangeSettings) -> Result<(), Fault> {
    for (field, address) in [
        ("call_url", &change.call_url),
        ("recording_url", &change.recording_url),
    ] {
        let Some(address) = address
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        else {
            continue;
        };
        let usable = Url::parse(address).is_ok_and(|url| bohao_platform::check_base(&url).is_ok());
        if !usable {
            return Err(bad(field, "the address is no https address"));
        }
    }
    let Some(dir) = change
        .recordings_dir
        .as_deref()
        .map(str::trim)
        .filter(|dir| !dir.is_empty())
    else {
        return Ok(());
    };
    if !Path::new(dir).is_absolute() {
        return Err(bad(
            "recordings_dir",
            "the folder is named from the root on",
        ));
    }
    std::fs::create_dir_all(dir)
        .and_then(|()| tempfile::tempfile_in(dir).map(drop))
        .map_err(|error| faults::of_disk(&error, Path::new(dir)))
}

fn bad(field: &str, message: &str) -> Fault {
    Fault::new(FaultCode::BadInput, message).with("field", field)
}
