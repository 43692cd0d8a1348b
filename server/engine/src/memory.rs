//! Running out of memory in a worker: one exit code, instead of an abort nobody can tell from a defect.

use std::alloc::{GlobalAlloc, Layout, System};
use std::os::fd::IntoRawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

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
/// Called before the jail closes, when `/proc` can still be opened.
///
/// A container that doubles asks for twice what it has, so an allocation that failed leaves more than a third of what
/// scripts may use in use; that is what the handler looks at.
pub fn explain_aborts() {
    let Ok(statm) = std::fs::File::open("/proc/self/statm") else { return };
    STATM.store(statm.into_raw_fd(), Ordering::Relaxed);
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: getrlimit writes the struct given; sigaction installs a handler that makes only async-signal-safe calls.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_DATA, &mut limit) != 0
            || limit.rlim_cur == libc::RLIM_INFINITY
        {
            return;
        }
        LIMIT.store(limit.rlim_cur, Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_abort as extern "C" fn(libc::c_int) as usize;
        action.sa_flags = libc::SA_RESETHAND;
        for signal in [libc::SIGABRT, libc::SIGTRAP, libc::SIGILL] {
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}

/// What is in use now belongs to the engine and not to a script.
pub fn engine_is_up() {
    BASELINE.store(in_use().unwrap_or(0), Ordering::Relaxed);
}

static STATM: AtomicI32 = AtomicI32::new(-1);
static LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);
/// Until the engine is up, everything in use is its own.
static BASELINE: AtomicU64 = AtomicU64::new(u64::MAX);

/// Bytes that count against `RLIMIT_DATA`: the sixth number of statm (proc(5)), in pages. Async-signal-safe.
fn in_use() -> Option<u64> {
    let mut text = [0u8; 128];
    // SAFETY: pread writes at most the buffer's length; a closed descriptor is an error.
    let read = unsafe {
        libc::pread(STATM.load(Ordering::Relaxed), text.as_mut_ptr().cast(), text.len(), 0)
    };
    let text = text.get(..usize::try_from(read).ok()?)?;
    let field = text.split(|byte| *byte == b' ').nth(5)?;
    let digits = field.iter().take_while(|byte| byte.is_ascii_digit());
    let pages = digits
        .fold(0u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
    // SAFETY: sysconf is async-signal-safe in every libc we run on.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()?;
    Some(pages.saturating_mul(page))
}

/// Ends the process with the code for memory when scripts had more than a third of theirs; otherwise the signal comes
/// again, with its default action.
extern "C" fn on_abort(signal: libc::c_int) {
    let baseline = BASELINE.load(Ordering::Relaxed);
    let used = in_use().unwrap_or(0).saturating_sub(baseline);
    let allowed = LIMIT.load(Ordering::Relaxed).saturating_sub(baseline);
    // SAFETY: _exit and raise are async-signal-safe.
    unsafe {
        if used > allowed / 3 {
            libc::_exit(EXIT_OUT_OF_MEMORY);
        }
        libc::raise(signal);
    }
}
