//! Figures as lines of text.

use crate::load::Figures;

/// What the figures were measured on.
pub fn machine() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?").to_owned();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} cores, load before the start {load}; the load generator runs on the same cores"
    );
}

fn ms(us: u64) -> f64 {
    us as f64 / 1000.0
}

/// A figure of another kind, or why there is none.
pub fn note(name: &str, text: &str) {
    println!("{name:<58} {text}");
}

/// Percentiles.
pub fn latency(name: &str, figures: &Figures) {
    let at = |quantile| ms(figures.done.value_at_quantile(quantile));
    println!(
        "{name:<58} p50 {:>7.2} ms   p99 {:>7.2} ms   max {:>7.2} ms   {} done, {} busy, {} wrong",
        at(0.5),
        at(0.99),
        ms(figures.done.max()),
        figures.done.len(),
        figures.busy.len(),
        figures.wrong
    );
}

/// Percentiles of what takes microseconds.
pub fn micros(name: &str, times: &hdrhistogram::Histogram<u64>) {
    let at = |quantile| times.value_at_quantile(quantile);
    println!(
        "{name:<58} p50 {:>7} us   p99 {:>7} us   max {:>7} us   {} done",
        at(0.5),
        at(0.99),
        times.max(),
        times.len()
    );
}

/// Runs a second, and percentiles.
pub fn throughput(name: &str, figures: &Figures) {
    latency(&format!("{name}: {:.0}/s", figures.per_second()), figures);
}

/// What was kept, and how fast the rest was refused.
pub fn overload(name: &str, figures: &Figures) {
    throughput(name, figures);
    println!(
        "{:<58} p50 {:>7.2} ms   p99 {:>7.2} ms   {} refused",
        format!("{name}: refusals"),
        ms(figures.busy.value_at_quantile(0.5)),
        ms(figures.busy.value_at_quantile(0.99)),
        figures.busy.len()
    );
}
