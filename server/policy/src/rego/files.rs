//! The files of one policy: a `.rego` file, or a directory of them with data documents. Not their meaning.

use super::Problem;
use crate::error::PolicyProblem;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest policy or data file, all files of one policy, bytes.
pub const FILE_BYTES_MAX: usize = 1 << 20;
pub const FILES_BYTES_MAX: usize = 16 << 20;
/// Files of one policy, and directories within directories.
pub const FILES_MAX: usize = 1000;
pub const DEPTH_MAX: usize = 16;

/// A file of a policy, read.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    pub(crate) path: PathBuf,
    /// Directories between the policy's own and the file: where a data document goes.
    pub(crate) under: Vec<String>,
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rego,
    /// `*_test.rego`: for `policy test`, and never part of a decision.
    RegoTest,
    Json,
    Yaml,
}

impl Kind {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let is_test = || path.file_stem()?.to_str()?.ends_with("_test").then_some(());
        match path.extension()?.to_str()? {
            "rego" => Some(if is_test().is_some() { Kind::RegoTest } else { Kind::Rego }),
            "json" => Some(Kind::Json),
            "yaml" | "yml" => Some(Kind::Yaml),
            _ => None,
        }
    }
}

/// Reads a policy, in the order of names. Names that begin with a dot, and everything that is neither Rego nor data,
/// are left out. `tests`: with the tests.
pub(crate) fn read(path: &Path, tests: bool) -> Result<Vec<PolicyFile>, Vec<Problem>> {
    let mut reader =
        Reader { root: path, tests, files: Vec::new(), bytes: 0, problems: Vec::new() };
    let found = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => reader.directory(path, &mut Vec::new()),
        Ok(_) => reader.file(path, &[], Kind::of(path).unwrap_or(Kind::Rego)),
        Err(error) => Err(unreadable(path, &error)),
    };
    if let Err(problem) = found {
        reader.problems.push((None, problem));
    }
    let has_rego = reader.files.iter().any(|file| file.kind == Kind::Rego);
    if !has_rego && reader.problems.is_empty() && !tests {
        reader.problems.push((None, PolicyProblem::NoPolicyFiles(path.to_owned())));
    }
    if reader.problems.is_empty() { Ok(reader.files) } else { Err(reader.problems) }
}

struct Reader<'r> {
    root: &'r Path,
    tests: bool,
    files: Vec<PolicyFile>,
    bytes: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// Stops at what makes the whole unusable; a bad file is reported and reading goes on.
    fn directory(&mut self, path: &Path, under: &mut Vec<String>) -> Result<(), PolicyProblem> {
        if under.len() > DEPTH_MAX {
            return Err(PolicyProblem::TooDeep { path: self.root.to_owned(), limit: DEPTH_MAX });
        }
        for path in entries(path)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let metadata = fs::metadata(&path).map_err(|error| unreadable(&path, &error))?;
            if metadata.is_dir() {
                under.push(name);
                self.directory(&path, under)?;
                under.pop();
            } else if let Some(kind) = Kind::of(&path)
                && (self.tests || kind != Kind::RegoTest)
            {
                self.file(&path, under, kind)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, under: &[String], kind: Kind) -> Result<(), PolicyProblem> {
        if self.files.len() == FILES_MAX {
            return Err(PolicyProblem::TooManyFiles {
                path: self.root.to_owned(),
                limit: FILES_MAX,
            });
        }
        let bytes = read_bounded(path).map_err(|error| unreadable(path, &error))?;
        self.bytes += bytes.len();
        if self.bytes > FILES_BYTES_MAX {
            let path = self.root.to_owned();
            return Err(PolicyProblem::SetTooLarge { path, limit: FILES_BYTES_MAX });
        }
        let place = Some(format!("{}:1:1", path.display()));
        if bytes.len() > FILE_BYTES_MAX {
            self.problems.push((place, PolicyProblem::FileTooLarge { limit: FILE_BYTES_MAX }));
            return Ok(());
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let (path, under) = (path.to_owned(), under.to_vec());
                self.files.push(PolicyFile { path, under, kind, text });
            }
            Err(_) => self.problems.push((place, PolicyProblem::NotUtf8)),
        }
        Ok(())
    }
}

/// The entries of a directory that are not hidden, in the order of names.
pub(crate) fn entries(path: &Path) -> Result<Vec<PathBuf>, PolicyProblem> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
        let entry = entry.map_err(|error| unreadable(path, &error))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

/// At most one byte more than a file may have.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &std::io::Error) -> PolicyProblem {
    PolicyProblem::Unreadable { path: path.to_owned(), why: error.to_string() }
}
