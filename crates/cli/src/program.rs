//! From the words that were typed to an exit code.

use crate::args::{Cli, Command};
use crate::commands::{self, Context};
use crate::failure::{Exit, Failure};
use crate::output::{Output, Reader};
use crate::words::Language;
use crate::{journal, serve};
use bohao_engine::DataDir;
use bohao_wire::{Fault, FaultCode};
use clap::Parser;
use clap::error::ErrorKind;
use serde_json::json;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::filter::LevelFilter;

/// The folder's name below the system's folder of data; the desktop's identifier, so that both
/// work on the same log.
const IDENTIFIER: &str = "cn.bohao.desk";

/// Runs the program.
pub fn run() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(told) => return unparsed(&told, &words).into(),
    };
    // A command tells all in its answer; a server has nobody to answer to.
    journal::begin(match cli.command {
        Command::Serve { .. } => LevelFilter::WARN,
        _ => LevelFilter::OFF,
    });
    let output = Output {
        language: cli.lang.unwrap_or_else(Language::of_system),
        reader: reader(cli.json),
    };
    match execute(cli, output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit().into()
        }
    }
}

fn execute(cli: Cli, output: Output) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    let done = runtime.block_on(async {
        if let Command::Demo { calls } = cli.command {
            return commands::demo::run(output, calls).await;
        }
        let context = Context {
            output,
            data_dir: data_dir(cli.data_dir)?,
        };
        match cli.command {
            Command::Serve { listen, practice } => serve::run(&context, &listen, practice).await,
            command => commands::run(&context, command).await,
        }
    });
    // A keyring that waits for its user must not hold up the end.
    runtime.shutdown_background();
    done
}

/// Help, the version, or a command line that could not be understood. `--json` holds for them
/// too, wherever it stands.
fn unparsed(told: &clap::Error, words: &[OsString]) -> Exit {
    let output = Output {
        language: asked_language(words).unwrap_or_else(Language::of_system),
        reader: reader(words.iter().any(|word| word == "--json")),
    };
    let text = told.render().to_string();
    let wanted = match told.kind() {
        ErrorKind::DisplayHelp => Some("help"),
        ErrorKind::DisplayVersion => Some("version"),
        _ => None,
    };
    if let Some(wanted) = wanted {
        return match output.answer(&json!({ wanted: text.trim_end() }), |_| text.clone()) {
            Ok(()) => Exit::Done,
            Err(failure) => failure.exit(),
        };
    }
    let text = text.trim().trim_start_matches("error: ").to_owned();
    let failure = Failure::Usage(text);
    output.failure(&failure);
    failure.exit()
}

fn reader(json: bool) -> Reader {
    match json {
        true => Reader::Program,
        false => Reader::Person,
    }
}

fn asked_language(words: &[OsString]) -> Option<Language> {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let name = match word.strip_prefix("--lang")? {
            "" => words.get(index + 1)?,
            rest => rest.strip_prefix('=')?,
        };
        Language::by_name(name)
    })
}

/// `--data-dir`, `BOHAO_DATA_DIR`, or the folder that the desktop uses too.
fn data_dir(asked: Option<PathBuf>) -> Result<DataDir, Failure> {
    let given = || {
        std::env::var_os("BOHAO_DATA_DIR")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(dir) = asked.or_else(given) {
        return Ok(DataDir::Chosen(dir));
    }
    match dirs::data_dir() {
        Some(dir) => Ok(DataDir::Standard(dir.join(IDENTIFIER))),
        None => Err(Fault::new(
            FaultCode::NotWritable,
            "the system names no folder for data; --data-dir names one",
        )
        .into()),
    }
}
