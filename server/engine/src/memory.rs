//! Running out of memory in a worker: one exit code, instead of an abort nobody can tell from a defect.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a worker that ran out of memory; the server turns it into `limit.memory`.
pub const EXIT_OUT_OF_MEMORY: i32 = 86;

static IN_WORKER: AtomicBool = AtomicBool::new(false);

/// From here on a failed allocation ends the process with [`EXIT_OUT_OF_MEMORY`].
pub fn exit_when_exhausted() {
    IN_WORKER.store(true, Ordering::Relaxed);
}

/// Ends the worker: nothing is left to clean up, and V8 must not be torn down.
pub fn exit() -> ! {
    // SAFETY: _exit only ends the process; no destructor or handler runs.
    unsafe { libc::_exit(EXIT_OUT_OF_MEMORY) }
}

/// The system allocator; in a worker, with an end instead of an abort.
pub struct WorkerAllocator;

fn checked(pointer: *mut u8) -> *mut u8 {
    if pointer.is_null() && IN_WORKER.load(Ordering::Relaxed) {
        exit();
    }
    pointer
}

// SAFETY: every call goes to the system allocator with the caller's own layout; `checked` only looks at the result.
unsafe impl GlobalAlloc for WorkerAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the system allocator's.
        checked(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        checked(unsafe { System.realloc(pointer, layout, size) })
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}
