use crate::line::Line;
use bohao_platform::{LinkRules, RangeFrom, Recording, RecordingError};
use bohao_wire::Fault;
use std::future::Future;
use std::pin::Pin;

/// Where recordings come from: the platform, with whatever credentials are set up at the moment.
pub trait Origin: Send + Sync {
    /// Asks for a recording, from the start or from where an earlier try broke off.
    fn recording<'a>(&'a self, subid: &'a str, range: Option<RangeFrom>) -> Asked<'a>;

    /// Asks for a recording at the link of its record, within these rules and without credentials.
    fn linked<'a>(
        &'a self,
        link: &'a str,
        rules: &'a LinkRules,
        range: Option<RangeFrom>,
    ) -> Asked<'a>;
}

/// An answer on its way.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Result<Recording, NoRecording>> + Send + 'a>>;

/// Why no recording came.
#[derive(Debug)]
pub enum NoRecording {
    /// Nothing was asked: credentials are missing, or can't be had.
    NotSetUp(Fault),
    /// The platform was asked, or could not be.
    Failed(RecordingError),
}

impl Origin for Line {
    fn recording<'a>(&'a self, subid: &'a str, range: Option<RangeFrom>) -> Asked<'a> {
        Box::pin(async move {
            let ready = self.ready().await.map_err(NoRecording::NotSetUp)?;
            self.recording(&ready, subid, range)
                .await
                .map_err(NoRecording::Failed)
        })
    }

    fn linked<'a>(
        &'a self,
        link: &'a str,
        rules: &'a LinkRules,
        range: Option<RangeFrom>,
    ) -> Asked<'a> {
        Box::pin(async move {
            let ready = self.ready().await.map_err(NoRecording::NotSetUp)?;
            let platform = &ready.platform;
            platform
                .recording_at_link(link, rules, &ready.credentials, range)
                .await
                .map_err(NoRecording::Failed)
        })
    }
}
