use std::{collections::HashMap, future::poll_fn, str::FromStr, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
    time::timeout,
};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Statement, config::SslMode};

use super::{StoreError, encryption::Encryption};

/// How long the server may take for one thing. One that takes longer counts as gone.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// The oldest server that has all that is asked of it.
const OLDEST_SERVER: i32 = 130_000;

/// How to reach a database; holds the password.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    /// `None` for a connection in the clear.
    encryption: Option<Encryption>,
}

/// One connection, with what was prepared on it. Dropped, it is cut at once.
pub(super) struct Session {
    pub(super) client: Client,
    statements: HashMap<&'static str, Statement>,
    driver: JoinHandle<()>,
}

impl Address {
    pub(super) fn parse(url: &SecretString) -> Result<Self, StoreError> {
        // The reason could quote the password.
        let mut config =
            Config::from_str(url.expose_secret()).map_err(|_| StoreError::BadAddress)?;
        config
            .application_name("bohao-relay")
            .connect_timeout(PATIENCE)
            .tcp_user_timeout(PATIENCE)
            .keepalives_idle(PATIENCE);
        // Encryption that gives way to whoever refuses it protects from nobody.
        let encryption = match config.get_ssl_mode() {
            SslMode::Require => Some(Encryption::of_the_system()?),
            _ => {
                config.ssl_mode(SslMode::Disable);
                None
            }
        };
        Ok(Self { config, encryption })
    }

    /// Names the database without its password: what is the same for each relay on it.
    pub(super) fn fingerprint(&self) -> String {
        let config = &self.config;
        let place = format!(
            "{:?} {:?} {:?} {:?}",
            config.get_hosts(),
            config.get_ports(),
            config.get_dbname(),
            config.get_options()
        );
        let digest = Sha256::digest(place.as_bytes());
        digest[..6]
            .iter()
            .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// Connects, and makes sure that what the server confirms will be on its disk.
    pub(super) async fn connect(&self) -> Result<Session, StoreError> {
        self.open().await.map(|(session, _)| session)
    }

    /// A connection with the words that are sent to it on `channel`.
    pub(super) async fn listen(
        &self,
        channel: &str,
    ) -> Result<(Session, UnboundedReceiver<String>), StoreError> {
        let (session, told) = self.open().await?;
        let listen = format!("LISTEN {channel}");
        within_patience(async { Ok(session.client.batch_execute(&listen).await?) }).await?;
        Ok((session, told))
    }

    async fn open(&self) -> Result<(Session, UnboundedReceiver<String>), StoreError> {
        let (tell, told) = unbounded_channel();
        let connecting = async {
            Ok(match &self.encryption {
                Some(encryption) => {
                    let (client, connection) = self.config.connect(encryption.clone()).await?;
                    (client, tokio::spawn(drive(connection, tell)))
                }
                None => {
                    let (client, connection) = self.config.connect(NoTls).await?;
                    (client, tokio::spawn(drive(connection, tell)))
                }
            })
        };
        let (client, driver) = within_patience(connecting).await?;
        let session = Session {
            client,
            statements: HashMap::new(),
            driver,
        };
        within_patience(session.settle()).await?;
        Ok((session, told))
    }
}

impl Session {
    /// Sets what the relay relies on, whatever the server's or the role's defaults are, and
    /// refuses a server that would confirm what a power cut can take back.
    async fn settle(&self) -> Result<(), StoreError> {
        // Settings pinned to the session don't change under it when the server reads its file anew.
        self.client
            .batch_execute(
                "SET default_transaction_isolation = 'read committed';
                 SET statement_timeout = '10s';
                 SET idle_in_transaction_session_timeout = '60s';
                 SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false)",
            )
            .await?;
        let row = self
            .client
            .query_one(
                "SELECT current_setting('server_version_num')::int, current_setting('fsync') = 'on',
                        current_setting('synchronous_commit') <> 'off',
                        current_setting('server_encoding') = 'UTF8'",
                &[],
            )
            .await?;
        if row.get::<_, i32>(0) < OLDEST_SERVER {
            return Err(StoreError::NotDurable("PostgreSQL is older than 13"));
        }
        match (row.get(1), row.get(2), row.get(3)) {
            (false, _, _) => Err(StoreError::NotDurable("the server's fsync is off")),
            (_, false, _) => Err(StoreError::NotDurable("synchronous_commit is off")),
            (_, _, false) => Err(StoreError::NotDurable(
                "the database's encoding is not UTF8",
            )),
            (true, true, true) => Ok(()),
        }
    }

    /// Prepares a query once.
    pub(super) async fn statement(&mut self, query: &'static str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(query) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(query).await?;
        self.statements.insert(query, statement.clone());
        Ok(statement)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A server that hangs would keep it open.
        self.driver.abort();
    }
}

/// Keeps a connection going, and passes on what it is told.
async fn drive<S, T>(mut connection: Connection<S, T>, tell: UnboundedSender<String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
        if let AsyncMessage::Notification(notification) = message {
            // Only a listener reads these.
            let _ = tell.send(notification.payload().to_owned());
        }
    }
}

/// A server that does not answer in time is as good as gone.
pub(super) async fn within_patience<T>(
    asked: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| Err(StoreError::Server("it does not answer in time".into())))
}

/// What the server says of an error without the row that it may quote, which holds a body.
impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(refused) = error.as_db_error() {
            return Self::Server(format!("{} ({})", refused.message(), refused.code().code()));
        }
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        Self::Server(match reason {
            Some(reason) => format!("{error}: {reason}"),
            None => error.to_string(),
        })
    }
}
