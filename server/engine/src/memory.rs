//! Running out of memory in a worker: one exit code, instead of an abort nobody can tell from a defect.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

/// Tells an abort for want of memory from other aborts: V8's C++ parts end with a signal when an allocation fails.
///
/// A container that doubles asks for twice what it has, so an allocation that failed leaves more than a third of the
/// limit in use; that is what the handler looks at.
pub fn explain_aborts() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: getrlimit writes the struct given; sigaction installs a handler that makes only async-signal-safe calls.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_DATA, &mut limit) != 0 || limit.rlim_cur == libc::RLIM_INFINITY {
            return;
        }
        let probe = usize::try_from(limit.rlim_cur / 3 * 2).unwrap_or(usize::MAX);
        PROBE.store(probe, Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_abort as extern "C" fn(libc::c_int) as usize;
        action.sa_flags = libc::SA_RESETHAND;
        for signal in [libc::SIGABRT, libc::SIGTRAP, libc::SIGILL] {
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}

static PROBE: AtomicUsize = AtomicUsize::new(0);

/// Ends the process with the code for memory when two thirds of the limit cannot be had any more; otherwise the signal
/// comes again, with its default action.
extern "C" fn on_abort(signal: libc::c_int) {
    // SAFETY: mmap and _exit are async-signal-safe; the mapping is never touched.
    unsafe {
        let got = libc::mmap(
            std::ptr::null_mut(),
            PROBE.load(Ordering::Relaxed),
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if got == libc::MAP_FAILED {
            libc::_exit(EXIT_OUT_OF_MEMORY);
        }
        libc::raise(signal);
    }
}
