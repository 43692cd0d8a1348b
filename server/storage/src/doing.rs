//! What storage was at when something failed. Context of an error, not a state.

/// The step a database error happened in; reads as the end of "the database failed while ...".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Opening,
    Migrating,
    Recovering,
    Submitting,
    Starting,
    StoringOutput,
    StoringArtifact,
    ReadingArtifacts,
    Finishing,
    Getting,
    Listing,
    Paging,
    Pruning,
    SavingHeap,
    ReadingHeap,
    ReadingSession,
    DeletingSession,
    Tagging,
    Collecting,
    Beginning,
    Committing,
}

impl std::fmt::Display for Doing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Doing::Opening => "opening it",
            Doing::Migrating => "migrating its tables",
            Doing::Recovering => "closing what a former process left unfinished",
            Doing::Submitting => "storing a new execution",
            Doing::Starting => "storing the start of an execution",
            Doing::StoringOutput => "storing output",
            Doing::StoringArtifact => "storing an artifact",
            Doing::ReadingArtifacts => "reading artifacts",
            Doing::Finishing => "storing the end of an execution",
            Doing::Getting => "reading an execution",
            Doing::Listing => "listing executions",
            Doing::Paging => "reading a page of output",
            Doing::Pruning => "removing old executions",
            Doing::SavingHeap => "storing a heap",
            Doing::ReadingHeap => "reading heaps",
            Doing::ReadingSession => "reading sessions",
            Doing::DeletingSession => "deleting a session",
            Doing::Tagging => "reading or changing tags",
            Doing::Collecting => "collecting heaps",
            Doing::Beginning => "beginning a transaction",
            Doing::Committing => "committing a transaction",
        })
    }
}
