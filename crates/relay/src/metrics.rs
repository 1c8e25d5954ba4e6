use std::{
    fmt::Write,
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
};

/// Counters with fixed names and labels: nothing that a sender chooses becomes a label.
#[derive(Default)]
pub(crate) struct Metrics {
    pub(crate) stored: AtomicU64,
    pub(crate) repeated: AtomicU64,
    pub(crate) unknown_token: AtomicU64,
    pub(crate) too_large: AtomicU64,
    pub(crate) cut_off: AtomicU64,
    pub(crate) not_stored: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failed_commits: AtomicU64,
    pub(crate) polls: AtomicU64,
    pub(crate) parked_polls: AtomicI64,
    pub(crate) connections: AtomicI64,
    pub(crate) swept: AtomicU64,
}

/// Counts something up for as long as it lives.
pub(crate) struct Gauge<'a>(&'a AtomicI64);

impl<'a> Gauge<'a> {
    pub(crate) fn enter(value: &'a AtomicI64) -> Self {
        value.fetch_add(1, Relaxed);
        Self(value)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Metrics {
    /// Prometheus' text format.
    pub(crate) fn render(&self) -> String {
        let mut text = String::with_capacity(2048);
        let mut family = |name: &str, kind: &str, help: &str, rows: &[(&str, i64)]| {
            // Writing to a String never fails.
            let _ = writeln!(text, "# HELP bohao_relay_{name} {help}");
            let _ = writeln!(text, "# TYPE bohao_relay_{name} {kind}");
            for (labels, value) in rows {
                let _ = writeln!(text, "bohao_relay_{name}{labels} {value}");
            }
        };
        let count = |value: &AtomicU64| i64::try_from(value.load(Relaxed)).unwrap_or(i64::MAX);
        family(
            "pushes_total",
            "counter",
            "Pushes by what became of them.",
            &[
                (r#"{outcome="stored"}"#, count(&self.stored)),
                (r#"{outcome="repeated"}"#, count(&self.repeated)),
                (r#"{outcome="unknown_token"}"#, count(&self.unknown_token)),
                (r#"{outcome="too_large"}"#, count(&self.too_large)),
                (r#"{outcome="cut_off"}"#, count(&self.cut_off)),
                (r#"{outcome="not_stored"}"#, count(&self.not_stored)),
            ],
        );
        family(
            "commits_total",
            "counter",
            "Batches by what became of them.",
            &[
                (r#"{outcome="synced"}"#, count(&self.commits)),
                (r#"{outcome="failed"}"#, count(&self.failed_commits)),
            ],
        );
        family(
            "polls_total",
            "counter",
            "Requests for records.",
            &[("", count(&self.polls))],
        );
        family(
            "swept_total",
            "counter",
            "Records deleted by age or with their seat.",
            &[("", count(&self.swept))],
        );
        family(
            "parked_polls",
            "gauge",
            "Polls that wait for a record.",
            &[("", self.parked_polls.load(Relaxed))],
        );
        family(
            "connections",
            "gauge",
            "Open connections.",
            &[("", self.connections.load(Relaxed))],
        );
        text
    }
}
