//! The egress floor: addresses no policy opens, only the operator's `fetch.allow_cidrs`. Not the policy.

use super::ranges::not_public;
use ipnet::IpNet;
use std::net::IpAddr;

/// Which addresses may be dialled. Cheap to copy around in an `Arc`.
#[derive(Clone, Debug, Default)]
pub struct Floor {
    allow: Vec<IpNet>,
}

/// An address that may not be dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{address} is in {range} ({kind}), which scripts may not reach; an operator opens it with fetch.allow_cidrs"
)]
pub struct Forbidden {
    pub address: IpAddr,
    pub range: IpNet,
    pub kind: &'static str,
}

impl Floor {
    /// `allow`: ranges that are open although they are not public.
    pub fn new(allow: Vec<IpNet>) -> Self {
        Self { allow }
    }

    /// # Errors
    /// [`Forbidden`] for the first address that is neither public nor allowed: one is enough to refuse a name.
    pub fn judge(&self, addresses: &[IpAddr]) -> Result<(), Forbidden> {
        addresses.iter().try_for_each(|address| self.judge_one(*address))
    }

    fn judge_one(&self, address: IpAddr) -> Result<(), Forbidden> {
        // ::ffff:127.0.0.1 is 127.0.0.1: the kernel dials the same host.
        let canonical = address.to_canonical();
        let Some((range, kind)) = not_public(canonical) else { return Ok(()) };
        if self.allow.iter().any(|allowed| allowed.contains(&canonical)) {
            return Ok(());
        }
        Err(Forbidden { address, range, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(allow: &[&str], address: &str) -> Result<(), Forbidden> {
        let allow = allow.iter().map(|range| range.parse().unwrap()).collect();
        Floor::new(allow).judge(&[address.parse().unwrap()])
    }

    #[test]
    fn every_kind_of_address_that_is_not_public_is_out_of_reach_at_both_of_its_ends() {
        for (first, last, kind) in [
            ("0.0.0.0", "0.255.255.255", "this network"),
            ("10.0.0.0", "10.255.255.255", "private"),
            ("100.64.0.0", "100.127.255.255", "shared (carrier-grade NAT)"),
            ("127.0.0.0", "127.255.255.255", "loopback"),
            ("169.254.0.0", "169.254.255.255", "link-local"),
            ("169.254.169.254", "169.254.169.254", "cloud metadata"),
            ("100.100.100.200", "168.63.129.16", "cloud metadata"),
            ("172.16.0.0", "172.31.255.255", "private"),
            ("192.0.0.0", "192.0.0.255", "protocol assignments"),
            ("192.0.2.0", "203.0.113.255", "documentation"),
            ("192.168.0.0", "192.168.255.255", "private"),
            ("198.18.0.0", "198.19.255.255", "benchmarking"),
            ("224.0.0.0", "239.255.255.255", "multicast"),
            ("240.0.0.0", "255.255.255.254", "reserved"),
            ("255.255.255.255", "::ffff:255.255.255.255", "broadcast"),
            ("::", "::", "unspecified"),
            ("::1", "::1", "loopback"),
            ("::127.0.0.1", "::255.255.255.255", "IPv4-compatible"),
            ("::ffff:127.0.0.1", "::ffff:7f00:1", "loopback"),
            ("::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "cloud metadata"),
            ("64:ff9b::127.0.0.1", "64:ff9b::7fff:ffff", "loopback"),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local NAT64"),
            ("fc00::", "fdff::1", "unique local"),
            ("fd00:ec2::254", "fd00:ec2::254", "cloud metadata"),
            ("fe80::", "febf::1", "link-local"),
            ("fec0::1", "4000::", "reserved"),
            ("ff00::", "ff02::1", "multicast"),
            ("2001::", "2001:0:ffff::1", "Teredo"),
            ("2001:2::", "2001:1ff::1", "protocol assignments"),
            ("2001:db8::", "3fff:fff::1", "documentation"),
            ("2002:7f00:1::", "2002:808:808::", "6to4"),
            ("100::1", "5f00::1", "reserved"),
        ] {
            for address in [first, last] {
                assert_eq!(judge(&[], address).map_err(|forbidden| forbidden.kind), Err(kind));
            }
        }
    }

    #[test]
    fn public_addresses_and_what_the_operator_listed_are_in_reach() {
        for address in ["1.1.1.1", "128.0.0.1", "172.32.0.1", "223.255.255.255", "2606:4700::1111"]
        {
            assert_eq!(judge(&[], address), Ok(()), "{address}");
        }
        assert_eq!(judge(&[], "64:ff9b::1.1.1.1"), Ok(()), "NAT64 of a public address");
        for address in ["127.0.0.1", "::ffff:127.9.9.9"] {
            assert_eq!(judge(&["127.0.0.0/8"], address), Ok(()), "{address}");
        }
        for address in ["10.0.0.1", "::1", "::127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"] {
            assert!(judge(&["127.0.0.0/8"], address).is_err(), "{address}");
        }
    }

    #[test]
    fn one_forbidden_address_refuses_all_and_the_message_says_what_to_do() {
        let mixed = ["1.1.1.1".parse().unwrap(), "10.0.0.7".parse().unwrap()];
        let forbidden = Floor::default().judge(&mixed).unwrap_err();
        assert_eq!(
            forbidden.to_string(),
            "10.0.0.7 is in 10.0.0.0/8 (private), which scripts may not reach; an operator opens it with fetch.allow_cidrs"
        );
    }
}
