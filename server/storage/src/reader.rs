//! The thread that reads, for a database on disk. In memory the writer answers instead: its database has one
//! connection.

use rusqlite::Connection;
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot;

/// A question, with the way to answer it.
pub(crate) type Read = Box<dyn FnOnce(&Connection) + Send>;

/// What the reader is asked to do.
pub(crate) enum ToReader {
    Read(Read),
    /// End; the answer comes when the connection is closed.
    Close(oneshot::Sender<()>),
}

/// Answers until it is closed or no store is left.
pub(crate) fn run(connection: Connection, queue: Receiver<ToReader>) {
    while let Ok(message) = queue.recv() {
        match message {
            ToReader::Read(read) => read(&connection),
            ToReader::Close(done) => {
                drop(queue);
                drop(connection);
                // Nobody may be waiting any more.
                let _ = done.send(());
                return;
            }
        }
    }
}
