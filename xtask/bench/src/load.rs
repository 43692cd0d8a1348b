//! Load: open loop at a constant rate (latency counts from when a request was due), and closed loop.

use crate::request::{Answer, Request};
use anyhow::{Result, ensure};
use hdrhistogram::Histogram;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// What a load came to.
pub struct Figures {
    /// Microseconds of runs that completed.
    pub done: Histogram<u64>,
    /// Microseconds of refusals.
    pub busy: Histogram<u64>,
    pub wrong: u64,
    pub elapsed: Duration,
}

impl Figures {
    pub fn new() -> Self {
        // Three digits of everything up to a minute; the bounds are constants that the constructor takes.
        let histogram =
            || Histogram::new_with_bounds(1, 60_000_000, 3).expect("constant bounds are valid");
        Self { done: histogram(), busy: histogram(), wrong: 0, elapsed: Duration::ZERO }
    }

    /// Completed runs a second.
    pub fn per_second(&self) -> f64 {
        self.done.len() as f64 / self.elapsed.as_secs_f64()
    }

    pub fn add(&mut self, answer: Answer, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        match answer {
            Answer::Done => self.done.saturating_record(us),
            Answer::Busy => self.busy.saturating_record(us),
            Answer::Wrong => self.wrong += 1,
        }
    }
}

/// Sends a few, so that pools are filled and code is warm.
pub async fn warm_up(request: &Request) -> Result<()> {
    for _ in 0..50 {
        ensure!(request.send().await == Answer::Done, "the request does not work");
    }
    Ok(())
}

/// `rate` requests a second, whatever becomes of those before.
pub async fn constant(request: &Request, rate: u32, length: Duration) -> Figures {
    let figures = Arc::new(Mutex::new(Figures::new()));
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    let step = Duration::from_secs(1) / rate;
    let count = (length.as_secs_f64() * f64::from(rate)) as u32;
    for index in 0..count {
        let due = start + step * index;
        sleep_until(due).await;
        let (request, figures) = (request.clone(), figures.clone());
        tasks.spawn(async move {
            let answer = request.send().await;
            figures.lock().unwrap_or_else(PoisonError::into_inner).add(answer, due.elapsed());
        });
    }
    while tasks.join_next().await.is_some() {}
    finish(figures, start.elapsed())
}

/// `clients` that each send the next request when they have the answer to the last.
pub async fn closed(request: &Request, clients: usize, length: Duration) -> Figures {
    let figures = Arc::new(Mutex::new(Figures::new()));
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    for _ in 0..clients {
        let (request, figures) = (request.clone(), figures.clone());
        tasks.spawn(async move {
            while start.elapsed() < length {
                let sent = Instant::now();
                let answer = request.send().await;
                figures.lock().unwrap_or_else(PoisonError::into_inner).add(answer, sent.elapsed());
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    finish(figures, start.elapsed())
}

/// The same over many requests: each client sends every `clients`-th of them in turn.
pub async fn rounds(requests: &[Request], clients: usize, length: Duration) -> Figures {
    let figures = Arc::new(Mutex::new(Figures::new()));
    let mut tasks = JoinSet::new();
    let start = Instant::now();
    for client in 0..clients {
        let figures = figures.clone();
        let own: Vec<Request> = requests.iter().skip(client).step_by(clients).cloned().collect();
        tasks.spawn(async move {
            for request in own.iter().cycle() {
                if start.elapsed() >= length {
                    break;
                }
                let sent = Instant::now();
                let answer = request.send().await;
                figures.lock().unwrap_or_else(PoisonError::into_inner).add(answer, sent.elapsed());
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    finish(figures, start.elapsed())
}

fn finish(figures: Arc<Mutex<Figures>>, elapsed: Duration) -> Figures {
    let figures = std::mem::replace(
        &mut *figures.lock().unwrap_or_else(PoisonError::into_inner),
        Figures::new(),
    );
    Figures { elapsed, ..figures }
}
