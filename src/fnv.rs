//! FNV-1a: the same on every machine and in every version, which the hashes of the standard library do
//! not promise.

use std::hash::Hasher;

/// The hash of the bytes written so far.
pub(crate) struct Fnv(u64);

impl Fnv {
    /// Of nothing.
    pub(crate) fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
