//! Running programs. By hand, because the answer to a submission is one of two.

use crate::Client;
use crate::error::{self, Error};
use crate::types::{ExecAccepted, ExecRequest, ExecutionInfo};
use progenitor_client::ClientInfo as _;
use std::time::{Duration, Instant};

/// How long a server is asked to wait for the end, milliseconds; its own maximum applies.
const WAIT_MS: u64 = 20_000;

/// Between questions to a server that lets nobody wait.
const PAUSE: Duration = Duration::from_millis(200);

/// What became of a submission.
#[derive(Clone, Debug)]
pub enum Submitted {
    /// Not over yet; its id.
    Accepted(String),
    /// Over within `wait_ms`, with the beginning of its output.
    Finished(Box<ExecutionInfo>),
}

impl Client {
    /// Submits a program, and waits for its end for up to `wait_ms` of the request.
    ///
    /// # Errors
    /// [`Error`]; nothing runs then, unless the connection broke off.
    pub async fn submit(&self, request: &ExecRequest) -> Result<Submitted, Error> {
        let url = format!("{}/api/exec", self.baseurl());
        let response = self.client().post(url).json(request).send().await?;
        if response.status() == http::StatusCode::ACCEPTED {
            let accepted: ExecAccepted = error::read(response).await?;
            return Ok(Submitted::Accepted(accepted.execution_id));
        }
        Ok(Submitted::Finished(Box::new(error::read(response).await?)))
    }

    /// Runs a program to its end, however it ends: a program that fails is no error here. `wait_ms` of the request is
    /// not used.
    ///
    /// # Errors
    /// [`Error`]; once it was admitted, the run goes on.
    pub async fn run(&self, request: &ExecRequest) -> Result<ExecutionInfo, Error> {
        let request = ExecRequest { wait_ms: Some(WAIT_MS), ..request.clone() };
        match self.submit(&request).await? {
            Submitted::Finished(execution) => Ok(*execution),
            Submitted::Accepted(id) => self.wait(&id).await,
        }
    }

    /// Waits for the end of an execution.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn wait(&self, id: &str) -> Result<ExecutionInfo, Error> {
        loop {
            let asked = Instant::now();
            let execution = self.get_execution(id, Some(WAIT_MS)).await?.into_inner();
            if execution.completed_at.is_some() {
                return Ok(execution);
            }
            tokio::time::sleep(PAUSE.saturating_sub(asked.elapsed())).await;
        }
    }
}
