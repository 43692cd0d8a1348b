//! Points of Ed25519 whose order is small: as a public key, such a point verifies signatures that nobody made.

/// The y coordinates of the eight points, little endian, and their spellings above the prime, without the sign of x.
const SMALL: [[u8; 32]; 7] = [
    padded(0, 0, 0),
    padded(1, 0, 0),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    padded(0xec, 0xff, 0x7f),
    padded(0xed, 0xff, 0x7f),
    padded(0xee, 0xff, 0x7f),
];

const fn padded(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Whether an encoded point is one of them.
pub fn is_small(point: &[u8; 32]) -> bool {
    let mut unsigned = *point;
    unsigned[31] &= 0x7f;
    SMALL.contains(&unsigned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, VerificationAlgorithm};

    #[test]
    fn the_list_holds_pairs_that_add_up_to_the_prime() {
        // y and p - y are both of small order; p = 2^255 - 19.
        let sum = |a: &[u8; 32], b: &[u8; 32]| {
            let mut carry = 0u16;
            let mut out = [0u8; 32];
            for at in 0..32 {
                carry += u16::from(a[at]) + u16::from(b[at]);
                out[at] = (carry & 0xff) as u8;
                carry >>= 8;
            }
            out
        };
        let prime = padded(0xed, 0xff, 0x7f);
        assert_eq!(sum(&SMALL[2], &SMALL[3]), prime);
        assert_eq!(sum(&SMALL[1], &SMALL[4]), prime);
    }

    #[test]
    fn a_point_of_the_list_verifies_what_nobody_signed_and_is_found_with_either_sign() {
        // R = identity, S = 0: true of every message for the identity as key. This is why they are refused.
        let forged = [SMALL[1].as_slice(), &[0; 32]].concat();
        assert!(ED25519.verify_sig(&SMALL[1], b"anything", &forged).is_ok());
        for point in SMALL {
            let mut negative = point;
            negative[31] |= 0x80;
            assert!(is_small(&point) && is_small(&negative));
        }
        assert!(!is_small(&[9; 32]));
    }
}
