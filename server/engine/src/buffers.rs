//! A bounded allocator for the contents of ArrayBuffers: over the limit, JavaScript gets a RangeError that says so.
//! Resizable buffers and WebAssembly memories do not come through here; RLIMIT_DATA bounds those.

use deno_core::v8;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Contents of ArrayBuffers, in use and at most.
pub struct Bounded {
    used: AtomicUsize,
    limit: usize,
    refused: AtomicBool,
}

impl Bounded {
    /// At most `limit` bytes at once.
    pub fn new(limit: u64) -> Arc<Self> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Arc::new(Self { used: AtomicUsize::new(0), limit, refused: AtomicBool::new(false) })
    }

    /// The limit, bytes, when the last allocation was refused for it.
    pub fn refused(&self) -> Option<usize> {
        self.refused.load(Ordering::SeqCst).then_some(self.limit)
    }

    /// Bytes in use.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::SeqCst) as u64
    }

    fn take(&self, length: usize) -> bool {
        let fits = |used: usize| used.checked_add(length).filter(|sum| *sum <= self.limit);
        let taken = self.used.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fits).is_ok();
        self.refused.store(!taken, Ordering::SeqCst);
        taken
    }

    fn allocate(&self, length: usize, zeroed: bool) -> *mut c_void {
        if !self.take(length) {
            return std::ptr::null_mut();
        }
        // V8 wants a unique pointer even for no bytes.
        let size = length.max(1);
        // SAFETY: plain allocation of a non-zero size; the result is checked.
        let pointer = unsafe { if zeroed { libc::calloc(1, size) } else { libc::malloc(size) } };
        if pointer.is_null() {
            self.used.fetch_sub(length, Ordering::SeqCst);
        }
        pointer
    }
}

unsafe extern "C" fn allocate(bounded: &Bounded, length: usize) -> *mut c_void {
    bounded.allocate(length, true)
}

unsafe extern "C" fn allocate_uninitialized(bounded: &Bounded, length: usize) -> *mut c_void {
    bounded.allocate(length, false)
}

unsafe extern "C" fn free(bounded: &Bounded, pointer: *mut c_void, length: usize) {
    if !pointer.is_null() {
        // SAFETY: V8 gives back what `allocate` gave it, once.
        unsafe { libc::free(pointer) };
        bounded.used.fetch_sub(length, Ordering::SeqCst);
    }
}

unsafe extern "C" fn release(bounded: *const Bounded) {
    // SAFETY: the pointer is from Arc::into_raw in `allocator`, and V8 drops it once.
    drop(unsafe { Arc::from_raw(bounded) });
}

static VTABLE: v8::RustAllocatorVtable<Bounded> =
    v8::RustAllocatorVtable { allocate, allocate_uninitialized, free, drop: release };

/// V8's view of it.
pub fn allocator(bounded: Arc<Bounded>) -> v8::UniqueRef<v8::Allocator> {
    // SAFETY: the table's functions expect exactly this handle type, and `release` takes the count back.
    unsafe { v8::new_rust_allocator(Arc::into_raw(bounded), &VTABLE) }
}
