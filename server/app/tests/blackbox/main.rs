//! Black-box tests of the built program: specs, hostile scripts, protocol traps, the life of the server. They know
//! nothing of its inside and link none of it.
#![allow(clippy::panic)]

mod artifacts;
mod capability_fetch;
mod capability_file;
mod capability_fs;
mod capability_modules;
mod capability_modules_kept;
mod capability_subprocess;
mod capability_tools;
mod capability_wasm;
mod capability_websocket;
mod events;
mod harness;
mod heap_command;
mod jail;
mod lifecycle;
mod mcp_tasks;
mod mcp_traps;
mod metrics;
mod policies;
mod security_allocation;
mod security_cgroup;
mod security_children;
mod security_engine;
mod security_files;
mod security_host;
mod security_identity;
mod security_output;
mod security_programs;
mod security_quotas;
mod security_rendering;
mod security_secrets;
mod security_tenants;
mod security_transport;
mod security_upstream;
mod security_webassembly;
mod sockets;
mod specs;
mod state_crash;
mod state_faults;
mod state_heap;
mod state_storage;
mod state_surfaces;
mod state_values;
