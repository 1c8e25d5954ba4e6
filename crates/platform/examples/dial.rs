//! Dials one number and says what became of it.
//!
//! ```sh
//! BOHAO_APP_KEY=… BOHAO_APP_SECRET=… BOHAO_TEL_A=13800006620 \
//!     cargo run -p bohao-platform --example dial -- 13922104471
//! ```
//!
//! `BOHAO_CALL_URL`, `BOHAO_RECORDING_URL` and `BOHAO_PUSH_URL` are optional. With `recording SUBID`
//! in place of the number it fetches that call's recording and tells its size.

#![expect(clippy::print_stdout, reason = "an example speaks to whoever runs it")]

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use bohao_platform::{Config, Credentials, DialOutcome, DialRequest, Platform};

#[tokio::main]
async fn main() -> Result<()> {
    let mut config = Config::default();
    if let Ok(url) = env::var("BOHAO_CALL_URL") {
        config.call_url = url.parse().context("BOHAO_CALL_URL is no address")?;
    }
    if let Ok(url) = env::var("BOHAO_RECORDING_URL") {
        config.recording_url = url.parse().context("BOHAO_RECORDING_URL is no address")?;
    }
    let credentials = Credentials {
        app_key: required("BOHAO_APP_KEY")?.into(),
        app_secret: required("BOHAO_APP_SECRET")?.into(),
    };
    let platform = Platform::new(config)?;

    let mut arguments = env::args().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(number), None) => dial(&platform, &credentials, number).await,
        (Some(word), Some(subid)) if word == "recording" => {
            recording(&platform, &credentials, &subid).await
        }
        _ => bail!("usage: dial NUMBER | dial recording SUBID"),
    }
}

async fn dial(platform: &Platform, credentials: &Credentials, number: String) -> Result<()> {
    let request = DialRequest {
        tel_a: required("BOHAO_TEL_A")?,
        tel_b: number,
        return_url: env::var("BOHAO_PUSH_URL").ok().map(Into::into),
    };
    match platform.dial(credentials, &request, &now).await {
        DialOutcome::Accepted { subid, .. } => println!("accepted as {subid}: pick up your phone"),
        DialOutcome::Refused(no) => {
            println!("refused with {} ({:?}): {}", no.code, no.class, no.message)
        }
        DialOutcome::NotSent { reason } => println!("not sent: {reason}"),
        DialOutcome::Unknown { reason } => println!("it may or may not ring: {reason}"),
    }
    Ok(())
}

async fn recording(platform: &Platform, credentials: &Credentials, subid: &str) -> Result<()> {
    let mut recording = platform.recording(credentials, subid, &now, None).await?;
    let mut size = 0;
    while let Some(chunk) = recording.chunk().await? {
        size += chunk.len();
    }
    println!(
        "{size} bytes of {}",
        recording.content_type.as_deref().unwrap_or("audio")
    );
    Ok(())
}

fn required(name: &str) -> Result<String> {
    env::var(name).with_context(|| format!("{name} is not set"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program's clock has to begin somewhere"
)]
fn now() -> i64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}
