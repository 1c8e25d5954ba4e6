//! Questions to the desk.

use super::deletions::told;
use super::{Desk, listening};
use crate::beijing::day_start;
use crate::doctor::Examiner;
use crate::export::{self, Template};
use crate::preferences::{self, Topic, decoded};
use crate::{
    customers, dialing, do_not_call, faults, follow_ups, guard, lists, numbers, outcomes, reports,
    said_time, scripts, views,
};
use bohao_wire::{
    Account, AccountQuery, CallDetail, CallQuery, CallsPage, CallsQuery, CustodyQuery,
    CustodyReport, CustodyRules, CustodyRulesQuery, CustomerCard, CustomerQuery, CustomersPage,
    CustomersQuery, DeskQuery, DeskState, DoNotCallCount, DoNotCallImported, DoNotCallPreview,
    DoNotCallQuery, Erasure, ErasureQuery, Examination, Examine, Fault, FaultCode, FollowUps,
    FollowUpsQuery, GuardLogPage, GuardLogQuery, GuardQuery, GuardRules, ImportPreview,
    ImportReport, Imports, ImportsQuery, KeepRulePreview, LeadsPage, LeadsPreview, LeadsQuery,
    LeadsReport, Lists, ListsQuery, LookUpNumber, Marks, MarksQuery, NumberCard, NumberFlaw,
    NumberFollowUps, Outcomes, OutcomesQuery, Pairing, Playback, PlaybackQuery, PreviewDoNotCall,
    PreviewImport, PreviewKeepRule, PreviewLeads, Queries, ReadPairing, ReadTime, RecordingName,
    RecordingNameQuery, RecordingState, RehearseDoNotCall, RehearseImport, RehearseLeads, Report,
    ReportQuery, SavedViews, Scripts, ScriptsQuery, Settings, SettingsQuery, StandingFollowUps,
    Tags, TagsQuery, TimeRead, Today, TodayQuery, ViewsQuery, Waveform, WaveformQuery, Work,
    WorkQuery,
};

impl Queries for Desk {
    async fn desk(&self, _: DeskQuery) -> Result<DeskState, Fault> {
        let ground = self.ground();
        // The screen's clocks go by the hour that calls are written down with.
        let now = ground.dialing.clock.now();
        let counted = ground.store.read(move |db| {
            let calls = db.calls();
            let total = calls.total(&CallsQuery::default())?;
            let deletion = db.deletions().undoable(now)?;
            Ok((calls.today(day_start(now))?, total, deletion))
        });
        // A keyring takes its time, and the log need not wait for it.
        let (account, counted) = tokio::join!(ground.book.view(), counted);
        let (today, calls, deletion) = counted.map_err(faults::of_store)?;
        Ok(DeskState {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            mode: self.mode().await?,
            now,
            account: account?,
            settings: self.settings(SettingsQuery {}).await?,
            sync: ground.sync.state(),
            line: ground.line.state(),
            today,
            calls,
            deletion: deletion.map(told),
            notice: self.notice().await?,
        })
    }

    async fn account(&self, _: AccountQuery) -> Result<Account, Fault> {
        self.ground().book.view().await
    }

    async fn read_pairing(&self, request: ReadPairing) -> Result<Pairing, Fault> {
        self.inner.live.book.read_link(&request.link).await
    }

    async fn settings(&self, _: SettingsQuery) -> Result<Settings, Fault> {
        preferences::read(&self.inner.live.store, Topic::Settings).await
    }

    async fn guard(&self, _: GuardQuery) -> Result<GuardRules, Fault> {
        preferences::read(&self.ground().store, Topic::Guard).await
    }

    async fn guard_log(&self, request: GuardLogQuery) -> Result<GuardLogPage, Fault> {
        let ground = self.ground();
        let page = ground.store.read(move |db| guard::log::page(db, &request));
        page.await.map_err(faults::of_store)
    }

    async fn do_not_call(&self, _: DoNotCallQuery) -> Result<DoNotCallCount, Fault> {
        do_not_call::count(&self.ground()).await
    }

    async fn preview_do_not_call(
        &self,
        request: PreviewDoNotCall,
    ) -> Result<DoNotCallPreview, Fault> {
        self.imports().preview_do_not_call(request).await
    }

    async fn rehearse_do_not_call(
        &self,
        request: RehearseDoNotCall,
    ) -> Result<DoNotCallImported, Fault> {
        self.imports().rehearse_do_not_call(request).await
    }

    async fn look_up_number(&self, request: LookUpNumber) -> Result<NumberCard, Fault> {
        let number = match numbers::read(&request.text) {
            Ok(number) => number,
            Err(flaw) => return Ok(no_number(flaw)),
        };
        let ground = self.ground();
        let (tel_b, now) = (number.digits.clone(), ground.dialing.clock.now());
        let looked_up = ground.store.read(move |db| {
            let rules: GuardRules = decoded(db.settings().get(Topic::Guard.key())?.as_deref());
            let history = dialing::history(db, &rules, &tel_b, now)?;
            let verdict = guard::judge(&rules, &tel_b, &history, now);
            let known = customers::known(db, &tel_b)?;
            Ok((known, db.do_not_call().of(&tel_b)?, verdict))
        });
        let own = ground.book.is_the_only_own(&number.digits);
        let (looked_up, own) = tokio::join!(looked_up, own);
        if own? {
            return Ok(no_number(NumberFlaw::OwnNumber));
        }
        let (known, do_not_call, verdict) = looked_up.map_err(faults::of_store)?;
        Ok(NumberCard {
            number: Some(number),
            flaw: None,
            customer: known.customer,
            calls: known.calls,
            last: known.last,
            outcome: known.outcome,
            do_not_call,
            guard: Some(verdict),
        })
    }

    async fn calls(&self, request: CallsQuery) -> Result<CallsPage, Fault> {
        let ground = self.ground();
        let page = ground.store.read(move |db| db.calls().page(&request)).await;
        page.map_err(faults::of_store)
    }

    async fn call(&self, request: CallQuery) -> Result<CallDetail, Fault> {
        let ground = self.ground();
        let detail = ground
            .store
            .read(move |db| db.calls().detail(&request.call))
            .await;
        detail.map_err(faults::of_store)?.ok_or_else(no_such_call)
    }

    async fn today(&self, _: TodayQuery) -> Result<Today, Fault> {
        let since = day_start(self.inner.around.now());
        let ground = self.ground();
        let today = ground.store.read(move |db| db.calls().today(since)).await;
        today.map_err(faults::of_store)
    }

    async fn report(&self, request: ReportQuery) -> Result<Report, Fault> {
        let ground = self.ground();
        let now = ground.dialing.clock.now();
        reports::report(&ground, &request, now).await
    }

    async fn customers(&self, request: CustomersQuery) -> Result<CustomersPage, Fault> {
        customers::page(&self.ground(), request).await
    }

    async fn customer(&self, request: CustomerQuery) -> Result<CustomerCard, Fault> {
        customers::card(&self.ground(), request).await
    }

    async fn tags(&self, _: TagsQuery) -> Result<Tags, Fault> {
        customers::tags(&self.ground()).await
    }

    async fn outcomes(&self, _: OutcomesQuery) -> Result<Outcomes, Fault> {
        outcomes::all(&self.ground()).await
    }

    async fn scripts(&self, _: ScriptsQuery) -> Result<Scripts, Fault> {
        scripts::all(&self.ground()).await
    }

    async fn erasure(&self, request: ErasureQuery) -> Result<Erasure, Fault> {
        let number = self.number_of(&request.number).await?;
        self.ground().deleting.erasure(number).await
    }

    async fn views(&self, _: ViewsQuery) -> Result<SavedViews, Fault> {
        views::all(&self.ground().store).await
    }

    async fn follow_ups(&self, request: FollowUpsQuery) -> Result<FollowUps, Fault> {
        follow_ups::all(&self.ground(), request, self.inner.around.now()).await
    }

    async fn number_follow_ups(
        &self,
        request: NumberFollowUps,
    ) -> Result<StandingFollowUps, Fault> {
        follow_ups::of_numbers(&self.ground(), request).await
    }

    async fn read_time(&self, request: ReadTime) -> Result<TimeRead, Fault> {
        let zone = said_time::zone(&request.zone);
        Ok(said_time::read(
            &request.text,
            self.inner.around.now(),
            &zone,
        ))
    }

    async fn waveform(&self, request: WaveformQuery) -> Result<Waveform, Fault> {
        let ground = self.ground();
        ground
            .recordings
            .waveform(&request.call, request.bars)
            .await
    }

    async fn marks(&self, request: MarksQuery) -> Result<Marks, Fault> {
        listening::marks(&self.ground(), request).await
    }

    async fn playback(&self, _: PlaybackQuery) -> Result<Playback, Fault> {
        preferences::read(&self.inner.live.store, Topic::Playback).await
    }

    async fn preview_import(&self, request: PreviewImport) -> Result<ImportPreview, Fault> {
        self.imports().preview(request).await
    }

    async fn rehearse_import(&self, request: RehearseImport) -> Result<ImportReport, Fault> {
        self.imports().rehearse(request).await
    }

    async fn preview_leads(&self, request: PreviewLeads) -> Result<LeadsPreview, Fault> {
        self.imports().preview_leads(request).await
    }

    async fn rehearse_leads(&self, request: RehearseLeads) -> Result<LeadsReport, Fault> {
        self.imports().rehearse_leads(request).await
    }

    async fn lists(&self, _: ListsQuery) -> Result<Lists, Fault> {
        lists::all(&self.ground()).await
    }

    async fn leads(&self, request: LeadsQuery) -> Result<LeadsPage, Fault> {
        lists::page(&self.ground(), request).await
    }

    async fn work(&self, request: WorkQuery) -> Result<Work, Fault> {
        lists::work(&self.ground(), request).await
    }

    async fn past_imports(&self, _: ImportsQuery) -> Result<Imports, Fault> {
        self.imports().past().await
    }

    async fn custody(&self, _: CustodyQuery) -> Result<CustodyReport, Fault> {
        self.ground().recordings.report().await
    }

    async fn custody_rules(&self, _: CustodyRulesQuery) -> Result<CustodyRules, Fault> {
        self.ground().recordings.rules().await
    }

    async fn preview_keep_rule(&self, request: PreviewKeepRule) -> Result<KeepRulePreview, Fault> {
        self.ground().recordings.preview_rule(request.months).await
    }

    async fn examine(&self, _: Examine) -> Result<Examination, Fault> {
        let ground = self.ground();
        let dir = ground.recordings.folder();
        let around = &self.inner.around;
        let nonce = (around.ids)(around.now()).0;
        let examiner = Examiner {
            book: &ground.book,
            line: &ground.line,
            store: &ground.store,
            recordings_dir: &dir,
            clock: &around.clock,
            nonce: &nonce,
        };
        Ok(examiner.examine().await)
    }

    async fn recording_name(&self, request: RecordingNameQuery) -> Result<RecordingName, Fault> {
        let template = match Template::read(&request.template) {
            Ok(template) => template,
            Err(flaw) => return Ok(RecordingName::Flawed { field: flaw.field }),
        };
        let ground = self.ground();
        let newest = ground.store.read(|db| {
            let recorded = CallsQuery {
                recording: Some(RecordingState::Saved),
                limit: 1,
                ..CallsQuery::default()
            };
            let Some(row) = db.calls().page(&recorded)?.rows.pop() else {
                return Ok(None);
            };
            let format = db.recordings().detail(&row.call)?.format;
            Ok(Some((row, format.unwrap_or_else(|| "wav".to_owned()))))
        });
        let newest = newest.await.map_err(faults::of_store)?;
        Ok(RecordingName::Example {
            name: export::example(newest, template, &request),
        })
    }
}

fn no_number(flaw: NumberFlaw) -> NumberCard {
    NumberCard {
        number: None,
        flaw: Some(flaw),
        customer: None,
        calls: 0,
        last: None,
        outcome: None,
        do_not_call: None,
        guard: None,
    }
}

pub(super) fn no_such_call() -> Fault {
    Fault::new(FaultCode::NotFound, "there is no such call")
}
