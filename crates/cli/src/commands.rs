//! One module a command: each asks the desk, and tells the answer.

pub mod demo;

mod account;
mod backup;
mod calls;
mod customers;
mod delete;
mod dial;
mod do_not_call;
mod doctor;
mod export;
mod follow_ups;
mod guard;
mod import;
mod link;
mod lists;
mod log;
mod outcome;
mod record;
mod recording;
mod rejected;
mod report;
mod sync;

use crate::args::{Command, Export, Filter, GuardCommand, ImportLeads, ListsCommand};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use bohao_engine::{DataDir, Desk, Opening, Surroundings};
use bohao_wire::{
    CallsQuery, CustomerQuery, CustomersQuery, Fault, FaultCode, ListsQuery, Notice, Queries,
};

/// What every command works with.
pub struct Context {
    /// Where answers go.
    pub output: Output,
    /// Where the data lies.
    pub data_dir: DataDir,
}

impl Context {
    /// Opens the desk.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub async fn open(&self, opening: Opening) -> Result<Desk, Failure> {
        let desk = Desk::open(self.surroundings(), opening).await?;
        self.remark_on(&desk).await?;
        Ok(desk)
    }

    /// What a desk stands in.
    fn surroundings(&self) -> Surroundings {
        Surroundings::system(self.data_dir.clone())
    }

    /// Whoever finds the log empty has to hear where it went and what is lost with it, whatever the
    /// answer is.
    async fn remark_on(&self, desk: &Desk) -> Result<(), Failure> {
        if let Some(Notice::DatabaseLost { path, backups }) = desk.notice().await? {
            let (path, backups) = (path.as_deref(), backups.as_deref());
            let told = |language| words::loss::told(language, path, backups);
            self.output.remark(&told(Language::Zh), &told(Language::En));
        }
        Ok(())
    }
}

/// Runs a command on the real ground, whatever a window shows.
///
/// # Errors
/// Whatever kept it from being done.
pub async fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let file = match &command {
        Command::Import(import) => import.file.as_deref(),
        Command::Export(Export { file, .. }) => Some(file.as_path()),
        Command::Lists { command } => match command {
            Some(ListsCommand::Import(ImportLeads { file, .. })) => Some(file.as_path()),
            Some(ListsCommand::Export { file, .. }) => Some(file.as_path()),
            None => None,
        },
        _ => None,
    };
    if file.is_some_and(|file| file.as_os_str() == "-") {
        return Err(Failure::input(
            "这里需要一个文件名，不接受 -",
            "a file's name is needed here, not -",
        ));
    }
    if let Command::Link { link } = &command {
        return link::run(context.output, link);
    }
    if let Command::Restore { file, force } = &command {
        return backup::restore(context, file, *force).await;
    }
    if let Command::Guard {
        command: GuardCommand::Verify { file, head },
    } = &command
    {
        return guard::verify(context.output, file, head.as_deref());
    }
    let desk = context.open(Opening::Live).await;
    let desk = desk.map_err(|failure| match command {
        Command::Dial(_) => failure.nothing_dialled(),
        _ => failure,
    })?;
    let done = answer(&desk, context.output, command).await;
    desk.close().await;
    done
}

async fn answer(desk: &Desk, output: Output, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Pair { link } => account::pair(desk, output, link).await,
        Command::Account { command } => account::run(desk, output, command).await,
        Command::Dial(dial) => dial::run(desk, output, dial).await,
        Command::Sync { from_start } => sync::run(desk, output, from_start).await,
        Command::Calls { filter, limit } => {
            let query = question(desk, &filter).await?;
            calls::run(desk, output, query, limit).await
        }
        Command::Report(chosen) => report::run(desk, output, chosen).await,
        Command::Outcome(chosen) => outcome::run(desk, output, chosen).await,
        Command::FollowUps(asked) => follow_ups::run(desk, output, asked).await,
        Command::Customers { search, tag, limit } => {
            let query = CustomersQuery {
                search: search.unwrap_or_default(),
                tag,
                ..CustomersQuery::default()
            };
            customers::run(desk, output, query, limit).await
        }
        Command::Recording { subid, to, force } => {
            recording::run(desk, output, &subid, to, overwrite(force)).await
        }
        Command::Log(log) => log::run(desk, output, log).await,
        Command::Delete {
            subids,
            filter,
            yes,
        } => {
            let meant = match yes {
                true => delete::Meant::Yes,
                false => delete::Meant::Unsaid,
            };
            let query = question(desk, &filter).await?;
            delete::delete(desk, output, &subids, query, meant).await
        }
        Command::Erase(erase) => delete::erase(desk, output, erase).await,
        Command::Import(asked) => import::run(desk, output, asked).await,
        Command::Export(export) => export::run(desk, output, export).await,
        Command::Lists { command } => lists::run(desk, output, command).await,
        Command::Backup { file, force } => backup::make(desk, output, &file, force).await,
        Command::Guard { command } => guard::run(desk, output, command).await,
        Command::DoNotCall { command } => do_not_call::run(desk, output, command).await,
        Command::Doctor => doctor::run(desk, output).await,
        Command::Demo { .. }
        | Command::Link { .. }
        | Command::Serve { .. }
        | Command::Restore { .. } => Err(Failure::internal(
            "this command does not work on the real ground",
        )),
    }
}

async fn question(desk: &Desk, filter: &Filter) -> Result<CallsQuery, Failure> {
    let outcome = match &filter.outcome {
        Some(key) => Some(outcome::named(desk, key).await?),
        None => None,
    };
    let query = CallsQuery {
        outcome,
        ..filter.query()
    };
    if let Some(asked) = query.list {
        let lists = desk.lists(ListsQuery {}).await?.lists;
        if !lists.iter().any(|list| list.list == asked) {
            let fault = Fault::new(FaultCode::NotFound, "there is no such list");
            return Err(fault.with("what", "list").into());
        }
    }
    if let Some(customer) = query.customer {
        desk.customer(CustomerQuery { customer }).await?;
    }
    Ok(query)
}

fn overwrite(force: bool) -> bohao_engine::Overwrite {
    match force {
        true => bohao_engine::Overwrite::Replace,
        false => bohao_engine::Overwrite::Refuse,
    }
}
