//! From the configuration to checked modules. Blocks on the disk.

use crate::MODULE_BYTES_MAX;
use crate::bounded::bounded;
use crate::error::{WasmError, WasmProblem};
use crate::inspect::{PAGE, inspect};
use crate::signature::Export;
use mcp_v8_settings::WasmModule;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::sync::Arc;

/// A module that scripts may use.
#[derive(Clone, Debug)]
pub struct Module {
    pub name: String,
    pub description: Option<String>,
    /// Its memories cannot grow beyond their limit.
    pub bytes: Arc<[u8]>,
    /// Of the file, 64 digits.
    pub sha256: String,
    /// `module.name` of what the script must give it.
    pub imports: Vec<String>,
    pub exports: Vec<Export>,
    /// An instance has a memory, a table or variables.
    pub stateful: bool,
}

/// Reads and checks every module.
///
/// # Errors
/// All that is wrong, one for each module.
pub fn load(configured: &[WasmModule]) -> Result<Vec<Module>, Vec<WasmError>> {
    let mut modules = Vec::new();
    let mut errors = Vec::new();
    for one in configured {
        match module(one) {
            Ok(module) => modules.push(module),
            Err(problem) => {
                let (name, path) = (one.name.clone(), one.path.clone());
                errors.push(WasmError { name, path, problem });
            }
        }
    }
    if errors.is_empty() { Ok(modules) } else { Err(errors) }
}

fn module(configured: &WasmModule) -> Result<Module, WasmProblem> {
    let bytes = read(configured)?;
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    if let Some(wanted) = configured.sha256.as_ref().filter(|wanted| **wanted != sha256) {
        return Err(WasmProblem::Digest { found: sha256, wanted: wanted.clone() });
    }
    let pages = configured.max_memory_bytes / PAGE;
    let declared = inspect(&bytes, pages)?;
    Ok(Module {
        name: configured.name.clone(),
        description: configured.description.clone(),
        bytes: bounded(&bytes, pages)?.into(),
        sha256,
        imports: declared.imports,
        exports: declared.exports,
        stateful: declared.stateful,
    })
}

fn read(configured: &WasmModule) -> Result<Vec<u8>, WasmProblem> {
    let known = std::fs::metadata(&configured.path)?;
    if !known.is_file() {
        return Err(WasmProblem::NotAFile);
    }
    if known.len() > MODULE_BYTES_MAX {
        return Err(WasmProblem::TooLarge(known.len()));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read.
    std::fs::File::open(&configured.path)?.take(MODULE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MODULE_BYTES_MAX {
        true => Err(WasmProblem::TooLarge(bytes.len() as u64)),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn configured(folder: &Path, bytes: impl AsRef<[u8]>) -> WasmModule {
        let path = folder.join("m.wasm");
        std::fs::write(&path, bytes).unwrap();
        WasmModule {
            name: "m".to_owned(),
            path,
            description: None,
            sha256: None,
            max_memory_bytes: 1 << 20,
        }
    }

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let module = configured(folder.path(), wat::parse_str(text).unwrap());
        load(&[module]).unwrap_err()[0].to_string()
    }

    const GOOD: &str = "(module (import \"env\" \"log\" (func $l (param i32))) (memory (export \"mem\") 1) \
        (func (export \"add\") (param i32 i64) (result f64 i32) f64.const 1 i32.const 2))";

    #[test]
    fn a_good_module_is_described_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let module =
            load(&[configured(folder.path(), wat::parse_str(GOOD).unwrap())]).unwrap().remove(0);
        assert_eq!(module.imports, ["env.log"]);
        let shown: Vec<String> = module
            .exports
            .iter()
            .map(|one| {
                format!(
                    "{}{}",
                    one.name,
                    one.function.as_ref().map(ToString::to_string).unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(shown, ["mem", "add(i32, i64) -> [f64, i32]"]);
        assert!(module.stateful);
        let pure = wat::parse_str("(module (func (export \"f\")))").unwrap();
        assert!(!load(&[configured(folder.path(), pure)]).unwrap()[0].stateful);
    }

    #[test]
    fn what_is_over_a_bound_is_refused_by_name() {
        for (text, expected) in [
            ("(module (memory 17))", "starts with 17 pages"),
            ("(module (import \"a\" \"b\" (memory 65536)))", "starts with 65536 pages"),
            ("(module (memory i64 281474976710656))", "starts with 281474976710656 pages"),
            ("(module (memory 1 2 shared))", "shared"),
            ("(module (table 1000000000 funcref))", "starts with 1000000000 entries"),
        ] {
            let error = refusal(text);
            assert!(error.starts_with("wasm.m: ") && error.contains(expected), "{error}");
        }
        let folder = tempfile::tempdir().unwrap();
        let component = configured(folder.path(), b"\0asm\x0d\0\x01\0");
        assert!(load(&[component]).unwrap_err()[0].to_string().contains("is a component"));
        let exports: String = (0..10_001).map(|n| format!("(export \"f{n}\" (func 0))")).collect();
        assert!(refusal(&format!("(module (func) {exports})")).contains("10001 exports"));
        let memories = "(memory 1)".repeat(101);
        assert!(refusal(&format!("(module {memories})")).contains("is not valid"));
    }

    #[test]
    fn what_is_missing_truncated_changed_or_no_module_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let good = wat::parse_str(GOOD).unwrap();
        let said = |module: WasmModule| load(&[module]).unwrap_err()[0].to_string();
        // A module may end where a section ends: not after 8 bytes.
        for length in [0, 4, 11, good.len() - 1] {
            let error = said(configured(folder.path(), &good[..length]));
            assert!(error.contains("is not valid"), "{length}: {error}");
            if length == 0 {
                assert!(error.contains("m.wasm"), "{error}");
            }
        }
        assert!(said(configured(folder.path(), "no module")).contains("is not valid"));
        let missing =
            WasmModule { path: folder.path().join("none"), ..configured(folder.path(), &good) };
        assert!(said(missing).contains("No such file"));
        let directory =
            WasmModule { path: folder.path().to_owned(), ..configured(folder.path(), &good) };
        assert!(said(directory).contains("not a regular file"));
        let other = WasmModule { sha256: Some("0".repeat(64)), ..configured(folder.path(), &good) };
        assert!(said(other).contains("its SHA-256 is"));
        let large = configured(folder.path(), "");
        std::fs::File::create(&large.path).unwrap().set_len(1 << 30).unwrap();
        assert!(said(large).contains("has 1073741824 bytes"));
        let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&good));
        let pinned = WasmModule { sha256: Some(sha256), ..configured(folder.path(), &good) };
        assert!(load(&[pinned]).is_ok());
    }
}
