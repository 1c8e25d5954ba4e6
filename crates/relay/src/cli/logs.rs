use std::io;

use clap::ValueEnum;
use serde::Deserialize;
use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

/// How the log's lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogStyle {
    /// For people.
    #[default]
    Plain,
    /// One JSON object a line, for programs.
    Json,
}

/// Only the relay's own words are logged: a library's could hold an address, and so a token.
pub(crate) fn log_to_stderr(style: LogStyle) {
    let own = Targets::new().with_target("bohao_relay", tracing::Level::INFO);
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let lines = match style {
        LogStyle::Plain => lines.boxed(),
        LogStyle::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(own))
        .init();
    bohao_relay::log_panics();
}
