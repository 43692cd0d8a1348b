//! deno_core's data behind a V8 snapshot. It writes the texts of extension scripts only where the current runtime has
//! loaded them itself; a runtime that was restored has none, so the next snapshot would lack what its heap still points
//! to by number (engine.md 0.3). `carry` puts them back. Knows exactly one format version and refuses any other.

/// Why the data of a snapshot was not understood: a defect of this build, not of its input.
#[derive(Debug, thiserror::Error)]
pub enum SidecarError {
    #[error("it ends at byte {0}")]
    Cut(usize),
    #[error("its format is {0}, not {VERSION}")]
    Version(u32),
    #[error("an unknown tag {0}")]
    Tag(u8),
    #[error("{0} bytes are left over")]
    Rest(usize),
    #[error("the newer snapshot has scripts of its own")]
    Scripts,
    #[error("the numbers of ops differ")]
    Ops,
}

type Result<T> = std::result::Result<T, SidecarError>;

const VERSION: u32 = 2;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(length).ok_or(SidecarError::Cut(self.at))?;
        let slice = self.bytes.get(self.at..end).ok_or(SidecarError::Cut(self.at))?;
        self.at = end;
        Ok(slice)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let at = self.at;
        self.take(N)?.try_into().map_err(|_| SidecarError::Cut(at))
    }
    fn u8(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }
    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }
    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }
    /// The top bit says how V8 keeps the text.
    fn text(&mut self) -> Result<()> {
        let length = self.u32()? & 0x7fff_ffff;
        self.take(length as usize).map(drop)
    }
    fn slice(&mut self) -> Result<&'a [u8]> {
        let length = self.u32()?;
        self.take(length as usize)
    }
    fn option(&mut self, inner: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        match self.u8()? {
            0 => Ok(()),
            1 => inner(self),
            tag => Err(SidecarError::Tag(tag)),
        }
    }
    fn list(&mut self, mut inner: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        for _ in 0..self.u32()? {
            inner(self)?;
        }
        Ok(())
    }
    /// An enumeration whose last variant carries a text.
    fn module_kind(&mut self, last: u8) -> Result<()> {
        match self.u8()? {
            tag if tag < last => Ok(()),
            tag if tag == last => self.text(),
            tag => Err(SidecarError::Tag(tag)),
        }
    }
    fn module(&mut self) -> Result<()> {
        self.u64()?; // id
        self.u8()?; // main
        self.text()?; // name
        self.list(|one| {
            one.text()?;
            one.module_kind(4)?;
            one.option(Self::text)?;
            one.option(|one| one.u32().map(drop))?;
            one.u8().map(drop)
        })?;
        self.module_kind(5)?;
        self.u8().map(drop) // internal
    }
    fn module_map(&mut self) -> Result<()> {
        self.u32()?; // next load
        self.option(|one| one.u32().map(drop))?; // main module
        self.list(Self::module)?;
        self.list(|one| one.u32().map(drop))?; // handles
        self.list(|one| one.u32().map(drop))?; // callbacks
        self.list(|one| {
            one.text()?;
            one.module_kind(4)?;
            match one.u8()? {
                0 => one.text(),
                1 => one.u64().map(drop),
                tag => Err(SidecarError::Tag(tag)),
            }
        })?;
        self.list(Self::text)?; // lazy modules
        self.list(|one| {
            one.text()?;
            one.u32().map(drop)
        })?; // loaded scripts
        self.option(|one| one.u32().map(drop)) // captured bootstrap
    }
}

/// The end of the data, which is what differs.
struct Tail<'a> {
    ops: u64,
    scripts: u64,
    scripts_at: usize,
    texts_at: usize,
    texts: Vec<&'a [u8]>,
}

fn tail(sidecar: &[u8]) -> Result<Tail<'_>> {
    let mut reader = Reader { bytes: sidecar, at: 0 };
    let version = reader.u32()?;
    if version != VERSION {
        return Err(SidecarError::Version(version));
    }
    reader.u32()?; // data count
    reader.option(|one| one.u32().map(drop))?; // callback for handled rejections
    reader.option(|one| one.u32().map(drop))?; // prototype of import.meta
    reader.module_map()?;
    reader.list(|one| {
        one.text()?;
        one.u32().map(drop)
    })?; // function templates
    reader.list(Reader::text)?; // extensions
    let ops = reader.u64()?;
    let scripts_at = reader.at;
    let scripts = reader.u64()?;
    reader.u64()?; // further references
    reader.list(|one| {
        one.text()?;
        one.slice().map(drop)
    })?; // source maps
    let texts_at = reader.at;
    let mut texts = Vec::new();
    reader.list(|one| {
        texts.push(one.slice()?);
        Ok(())
    })?;
    match sidecar.len() - reader.at {
        0 => Ok(Tail { ops, scripts, scripts_at, texts_at, texts }),
        rest => Err(SidecarError::Rest(rest)),
    }
}

/// V8's part and deno_core's: the length of V8's stands at the end.
fn split(snapshot: &[u8]) -> Result<(&[u8], &[u8])> {
    let cut = || SidecarError::Cut(snapshot.len());
    let (rest, length) = snapshot.split_last_chunk::<8>().ok_or_else(cut)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
    rest.split_at_checked(length).ok_or_else(cut)
}

/// Gives `next`, taken in a runtime that goes back to `base`, the scripts of `base`.
///
/// # Errors
/// [`SidecarError`]; the snapshot must not be used then.
pub fn carry(base: &[u8], next: &[u8]) -> Result<Box<[u8]>> {
    let from = tail(split(base)?.1)?;
    let (v8, sidecar) = split(next)?;
    let to = tail(sidecar)?;
    if to.scripts != 0 || !to.texts.is_empty() {
        return Err(SidecarError::Scripts);
    }
    if to.ops != from.ops {
        return Err(SidecarError::Ops);
    }
    let mut out = next[..v8.len() + to.texts_at].to_vec();
    out[v8.len() + to.scripts_at..][..8].copy_from_slice(&from.scripts.to_le_bytes());
    out.extend_from_slice(&(from.texts.len() as u32).to_le_bytes());
    for text in &from.texts {
        out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        out.extend_from_slice(text);
    }
    out.extend_from_slice(&(v8.len() as u64).to_le_bytes());
    Ok(out.into_boxed_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A snapshot with empty tables and these texts of scripts.
    fn snapshot(v8: &[u8], version: u32, texts: &[&[u8]]) -> Vec<u8> {
        let mut out = v8.to_vec();
        out.extend(version.to_le_bytes());
        out.extend(7u32.to_le_bytes()); // data count
        out.extend([0, 0]); // no callback, no prototype
        out.extend(3u32.to_le_bytes()); // next load
        out.push(0); // no main module
        out.extend([0; 6 * 4]); // six empty lists
        out.push(0); // no captured bootstrap
        out.extend([0; 2 * 4]); // no templates, no extensions
        out.extend(9u64.to_le_bytes()); // ops
        out.extend((texts.len() as u64).to_le_bytes());
        out.extend(0u64.to_le_bytes()); // further references
        out.extend([0; 4]); // no source maps
        out.extend((texts.len() as u32).to_le_bytes());
        for text in texts {
            out.extend((text.len() as u32).to_le_bytes());
            out.extend_from_slice(text);
        }
        out.extend((v8.len() as u64).to_le_bytes());
        out
    }

    #[test]
    fn the_scripts_of_the_base_are_carried_into_the_next_snapshot() {
        let base = snapshot(b"base", VERSION, &[b"one", b""]);
        let carried = carry(&base, &snapshot(b"next", VERSION, &[])).expect("they fit");
        assert_eq!(&*carried, snapshot(b"next", VERSION, &[b"one", b""]));
    }

    #[test]
    fn a_snapshot_of_another_format_or_cut_off_is_refused_and_never_a_panic() {
        let base = snapshot(b"base", VERSION, &[b"one"]);
        let other = snapshot(b"next", VERSION + 1, &[]);
        assert!(matches!(carry(&base, &other), Err(SidecarError::Version(3))));
        assert!(matches!(carry(&base, &base), Err(SidecarError::Scripts)));
        for length in 0..base.len() {
            assert!(carry(&base, &base[..length]).is_err(), "{length}");
        }
    }
}
