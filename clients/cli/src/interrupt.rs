//! Ctrl-C while a program is followed: the program ends with the terminal that started it.

use anyhow::Result;
use mcp_v8_client::Client;

/// What came of work that Ctrl-C ends.
pub enum Ended<T> {
    Done(T),
    Interrupted,
}

/// Does some work; on Ctrl-C cancels the execution, if it is this command's own.
pub async fn watched<T>(
    client: &Client,
    own: Option<&str>,
    work: impl Future<Output = Result<T>>,
) -> Result<Ended<T>> {
    tokio::select! {
        done = work => Ok(Ended::Done(done?)),
        signal = tokio::signal::ctrl_c() => {
            signal?;
            if let Some(id) = own {
                client.cancel_execution(id).await?;
                eprintln!("mcp-v8-cli: {id} is cancelled");
            }
            Ok(Ended::Interrupted)
        }
    }
}
