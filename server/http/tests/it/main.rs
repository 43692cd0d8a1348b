//! The HTTP surface over a fake application layer: routes by themselves, and the listener over real sockets. Not what
//! runs do: that is tested with real workers, in server/app.

mod artifacts;
mod bodies;
mod cancel;
mod checks;
mod connections;
mod events;
mod exec;
mod executions;
mod fake;
mod heads;
mod heaps;
mod http2;
mod listener;
mod meta;
mod output;
mod problems;
mod sessions;
mod shutdown;
mod surface;
