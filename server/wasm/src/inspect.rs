//! What a valid module declares: imports, exports, and whether it has state. Refuses what is over a bound.

use crate::error::WasmProblem;
use crate::signature::{Export, Signature};
use crate::{EXPORTS_MAX, TABLE_ENTRIES_MAX};
use wasmparser::{
    CompositeInnerType, ExternalKind, Imports, MemoryType, Parser, Payload, SubType, TableType,
    TypeRef, Validator, WasmFeatures,
};

/// Bytes of a page.
pub const PAGE: u64 = 64 << 10;

/// What a module declares.
#[derive(Debug, Default)]
pub struct Declared {
    /// `module.name`, in order.
    pub imports: Vec<String>,
    pub exports: Vec<Export>,
    /// It has a memory, a table or a global of its own that it can change.
    pub stateful: bool,
}

/// What V8 has: everything finished, and nothing of threads.
pub fn features() -> WasmFeatures {
    WasmFeatures::WASM2
        | WasmFeatures::RELAXED_SIMD
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::FUNCTION_REFERENCES
        | WasmFeatures::GC
        | WasmFeatures::GC_TYPES
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::MEMORY64
        | WasmFeatures::EXCEPTIONS
        | WasmFeatures::LEGACY_EXCEPTIONS
}

/// Validates a module and reads what it declares. `pages`: what its memories may start with.
pub fn inspect(bytes: &[u8], pages: u64) -> Result<Declared, WasmProblem> {
    if Parser::is_component(bytes) {
        return Err(WasmProblem::Component);
    }
    // Read first, so that what is over a bound is told as such and not as invalid.
    let mut reading = Reading { pages, ..Reading::default() };
    for payload in Parser::new(0).parse_all(bytes) {
        reading.section(payload?)?;
    }
    Validator::new_with_features(features()).validate_all(bytes)?;
    Ok(reading.declared)
}

#[derive(Default)]
struct Reading {
    pages: u64,
    types: Vec<Option<Signature>>,
    /// The type of each function, imported ones first.
    functions: Vec<u32>,
    declared: Declared,
}

impl Reading {
    fn section(&mut self, payload: Payload<'_>) -> Result<(), WasmProblem> {
        match payload {
            Payload::TypeSection(types) => {
                for group in types {
                    self.types.extend(group?.into_types().map(signature));
                }
            }
            Payload::ImportSection(imports) => {
                for group in imports {
                    self.imports(group?)?;
                }
            }
            Payload::FunctionSection(functions) => {
                for function in functions {
                    self.functions.push(function?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.table(&table?.ty)?;
                    self.declared.stateful = true;
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memory(&memory?)?;
                    self.declared.stateful = true;
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.declared.stateful |= global?.ty.mutable;
                }
            }
            Payload::ExportSection(exports) => {
                if exports.count() as usize > EXPORTS_MAX {
                    return Err(WasmProblem::Exports(exports.count() as usize));
                }
                for export in exports {
                    let export = export?;
                    let function =
                        matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact);
                    let function = function.then(|| self.of_function(export.index));
                    let name = export.name.to_owned();
                    self.declared.exports.push(Export { name, function });
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn imports(&mut self, group: Imports<'_>) -> Result<(), WasmProblem> {
        match group {
            Imports::Single(_, import) => self.import(import.module, import.name, import.ty),
            Imports::Compact1 { module, items } => items.into_iter().try_for_each(|item| {
                let item = item?;
                self.import(module, item.name, item.ty)
            }),
            Imports::Compact2 { module, ty, names } => {
                names.into_iter().try_for_each(|name| self.import(module, name?, ty))
            }
        }
    }

    fn import(&mut self, module: &str, name: &str, kind: TypeRef) -> Result<(), WasmProblem> {
        self.declared.imports.push(format!("{module}.{name}"));
        match kind {
            TypeRef::Func(at) | TypeRef::FuncExact(at) => self.functions.push(at),
            TypeRef::Memory(memory) => self.memory(&memory)?,
            TypeRef::Table(table) => self.table(&table)?,
            TypeRef::Global(_) | TypeRef::Tag(_) => {}
        }
        Ok(())
    }

    fn memory(&self, memory: &MemoryType) -> Result<(), WasmProblem> {
        if memory.shared {
            return Err(WasmProblem::Shared);
        }
        match memory.initial <= self.pages {
            true => Ok(()),
            false => Err(WasmProblem::Memory { pages: memory.initial, limit: self.pages }),
        }
    }

    fn table(&self, table: &TableType) -> Result<(), WasmProblem> {
        match table.initial <= TABLE_ENTRIES_MAX {
            true => Ok(()),
            false => Err(WasmProblem::Table(table.initial)),
        }
    }

    fn of_function(&self, index: u32) -> Signature {
        let kind = self.functions.get(index as usize);
        let known = kind.and_then(|at| self.types.get(*at as usize));
        // The validator has the last word on an index that leads nowhere.
        known.cloned().flatten().unwrap_or_default()
    }
}

fn signature(kind: SubType) -> Option<Signature> {
    match kind.composite_type.inner {
        CompositeInnerType::Func(function) => Some(Signature {
            params: function.params().iter().map(ToString::to_string).collect(),
            results: function.results().iter().map(ToString::to_string).collect(),
        }),
        _ => None,
    }
}
