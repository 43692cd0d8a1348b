//! Families of samples, written one after the other. The one place that knows the shape of prometheus-client's encoder.

use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use std::fmt::Error;

/// A label: name and value, both of the program's own lists.
pub type Label<'l> = (&'l str, &'l str);

/// The writer of families.
pub struct Families<'e>(pub DescriptorEncoder<'e>);

/// Samples of a histogram.
pub struct Distribution {
    pub sum: f64,
    pub count: u64,
    /// Upper end, and how many are in this bucket alone. The last end is infinite.
    pub buckets: Vec<(f64, u64)>,
}

impl Families<'_> {
    /// A fact that does not change.
    pub fn info(&mut self, name: &str, help: &str, labels: &[Label<'_>]) -> Result<(), Error> {
        self.0.encode_descriptor(name, help, None, MetricType::Info)?.encode_info(&labels)
    }

    /// One number that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: u64) -> Result<(), Error> {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        encoder.encode_gauge(&i64::try_from(value).unwrap_or(i64::MAX))
    }

    /// One number that only grows.
    pub fn counter(&mut self, name: &str, help: &str, value: u64) -> Result<(), Error> {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        encoder.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    /// Numbers that only grow, each with its labels.
    pub fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([Label<'l>; N], u64)>,
    ) -> Result<(), Error> {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in samples {
            let mut sample = encoder.encode_family(&labels)?;
            sample.encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    /// One histogram.
    pub fn histogram(&mut self, name: &str, help: &str, seen: Distribution) -> Result<(), Error> {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        let Distribution { sum, count, buckets } = seen;
        encoder.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
    }

    /// Histograms, each with its labels.
    pub fn histograms<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl IntoIterator<Item = ([Label<'l>; N], Distribution)>,
    ) -> Result<(), Error> {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, seen) in samples {
            let mut sample = encoder.encode_family(&labels)?;
            let Distribution { sum, count, buckets } = seen;
            sample.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}
