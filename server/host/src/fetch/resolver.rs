//! From the host of a URL to addresses, once per hop. Not whether they may be dialled.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use url::{Host, Url};

/// Most addresses of one name that are judged and dialled; a name with more is not sensible.
const ADDRESSES_MAX: usize = 64;

/// An answer on its way.
pub type ResolveFuture<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Looks names up.
pub trait Resolve: Send + Sync {
    /// The addresses of a name, as the URL has it: lower case, punycode, perhaps with a dot at its end.
    fn resolve<'a>(&'a self, name: &'a str) -> ResolveFuture<'a>;
}

/// The operating system's: nsswitch, /etc/hosts, DNS.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, name: &'a str) -> ResolveFuture<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The addresses of a URL's host: those of a name, sorted and each once, or the one that it is.
pub(super) async fn addresses(resolver: &dyn Resolve, url: &Url) -> io::Result<Vec<IpAddr>> {
    let mut found = match url.host() {
        Some(Host::Ipv4(address)) => return Ok(vec![address.into()]),
        // Unwrapped, so that the policy sees what the kernel will dial.
        Some(Host::Ipv6(address)) => return Ok(vec![IpAddr::from(address).to_canonical()]),
        Some(Host::Domain(name)) => resolver.resolve(name).await?,
        None => Vec::new(),
    };
    for address in &mut found {
        *address = address.to_canonical();
    }
    found.sort_unstable();
    found.dedup();
    match found.len() {
        0 => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address")),
        1..=ADDRESSES_MAX => Ok(found),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the name has too many addresses")),
    }
}

/// Whether these can be the addresses of this URL's host: there are some, and a host that is an address is alone.
pub(crate) fn fits(url: &Url, addresses: &[IpAddr]) -> bool {
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::from(address).to_canonical()),
        _ => None,
    };
    !addresses.is_empty() && literal.is_none_or(|literal| *addresses == [literal])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::floor::Floor;
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    /// A network whose every name leads inside.
    struct Inside;

    impl Resolve for Inside {
        fn resolve<'a>(&'a self, _: &'a str) -> ResolveFuture<'a> {
            Box::pin(async { Ok(vec![Ipv4Addr::new(10, 0, 0, 1).into()]) })
        }
    }

    /// Whether a URL's text passes the parser, the look-up and the floor; `None` when it is no URL.
    fn passes(url: &str) -> Option<bool> {
        let url: Url = url.parse().ok()?;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let found = runtime.block_on(addresses(&Inside, &url)).ok()?;
        Some(Floor::default().judge(&found).is_ok())
    }

    /// One part of a dotted address in one of the bases that inet_aton knows.
    fn part(number: u32, style: u8) -> String {
        match style % 5 {
            0 => number.to_string(),
            1 => format!("0x{number:x}"),
            2 => format!("0X{number:08X}"),
            3 => format!("0{number:o}"),
            _ => format!("0000{number:o}"),
        }
    }

    fn spelled(address: Ipv4Addr, parts: u8, styles: [u8; 4], digits: u8, dot: u8) -> String {
        let [a, b, c, d] = address.octets().map(u32::from);
        let whole = u32::from(address);
        let numbers = match parts % 4 {
            0 => vec![whole],
            1 => vec![a, whole & 0xff_ffff],
            2 => vec![a, b, whole & 0xffff],
            _ => vec![a, b, c, d],
        };
        let parts: Vec<String> =
            numbers.iter().zip(styles).map(|(number, style)| part(*number, style)).collect();
        let dots = [".", "\u{3002}", "\u{ff0e}", "%2e"];
        let mut text = parts.join(dots[usize::from(dot % 4)]);
        if dot % 2 == 1 {
            text.push('.');
        }
        match digits % 4 {
            0 => text,
            1 => text
                .chars()
                .map(|c| match c {
                    '!'..='~' if c != '%' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
                    _ => c,
                })
                .collect(),
            2 => text.bytes().map(|byte| format!("%{byte:02x}")).collect(),
            _ => text
                .chars()
                .map(|c| match c.to_digit(10) {
                    Some(digit) => char::from_u32(0x1d7ce + digit).unwrap_or(c),
                    None => c,
                })
                .collect(),
        }
    }

    fn wrapped(address: Ipv4Addr, way: u8) -> String {
        let [a, b, c, d] = address.octets();
        let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
        match way % 8 {
            0 => format!("[::ffff:{address}]"),
            1 => format!("[::FFFF:{high:x}:{low:x}]"),
            2 => format!("[0:0:0:0:0:ffff:{high:04x}:{low:04x}]"),
            3 => format!("[::{address}]"),
            4 => format!("[2002:{high:x}:{low:x}::1]"),
            5 => format!("[64:ff9b::{address}]"),
            6 => format!("[2001:0:{high:x}:{low:x}:0:0:{:x}:{:x}]", !high, !low),
            _ => format!("[{}]", Ipv6Addr::from(address.to_ipv6_mapped().octets())),
        }
    }

    fn private() -> impl Strategy<Value = Ipv4Addr> {
        let ranges = [
            (0x0a00_0000_u32, 8_u32),
            (0x7f00_0000, 8),
            (0xa9fe_0000, 16),
            (0xac10_0000, 12),
            (0xc0a8_0000, 16),
            (0x6440_0000, 10),
            (0x0000_0000, 8),
            (0xc612_0000, 15),
            (0xe000_0000, 3),
            (0xa9fe_a9fe, 32),
        ];
        (0..ranges.len(), any::<u32>()).prop_map(move |(at, bits)| {
            let (start, length) = ranges[at];
            let mask = if length == 32 { 0 } else { u32::MAX >> length };
            Ipv4Addr::from(start | (bits & mask))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn no_spelling_of_a_private_address_gets_through(
            address in private(), parts: u8, styles: [u8; 4], digits: u8, dot: u8, way: u8,
        ) {
            let spelled = spelled(address, parts, styles, digits, dot);
            for host in [spelled, wrapped(address, way)] {
                for url in [format!("http://{host}/"), format!("https://{host}:8443/a")] {
                    prop_assert_ne!(passes(&url), Some(true), "{}", url);
                }
            }
        }
    }

    #[test]
    fn the_same_spellings_of_a_public_address_do_get_through() {
        let address = Ipv4Addr::new(93, 184, 215, 14);
        let mut passed = 0;
        for n in 0..=255_u8 {
            let text = spelled(address, n, [n / 4, n / 5, n / 7, n / 9], n / 16, n / 64);
            passed += usize::from(passes(&format!("http://{text}/")) == Some(true));
        }
        assert!(passed > 200, "{passed}");
        for way in [0, 1, 2, 5, 7] {
            assert_eq!(passes(&format!("http://{}/", wrapped(address, way))), Some(true), "{way}");
        }
    }
}
