//! Texts between V8 and bytes, unit by unit, lone surrogates included. The layout is in `payload`.

use super::payload;
use deno_core::v8;

/// Appends a text in its shorter form.
pub fn write(scope: &mut v8::PinScope<'_, '_>, text: v8::Local<v8::String>, out: &mut Vec<u8>) {
    let view = v8::ValueView::new(scope, text);
    match view.data() {
        v8::ValueViewData::OneByte(units) => latin1(units, out),
        v8::ValueViewData::TwoByte(units) => {
            // V8 may keep a text of small units in the wide form.
            let narrow: Option<Vec<u8>> =
                units.iter().map(|unit| u8::try_from(*unit).ok()).collect();
            match narrow {
                Some(narrow) => latin1(&narrow, out),
                None => {
                    head(units.len(), true, out);
                    out.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
                }
            }
        }
    }
}

fn latin1(units: &[u8], out: &mut Vec<u8>) {
    head(units.len(), false, out);
    out.extend_from_slice(units);
}

fn head(units: usize, wide: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(&((units as u64) << 1 | u64::from(wide)).to_le_bytes());
}

/// All texts of a section; `None` when it is damaged or V8 has no room for one.
pub fn read<'s>(
    scope: &mut v8::PinScope<'s, '_>,
    bytes: &[u8],
) -> Option<Vec<v8::Local<'s, v8::Value>>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let field = payload::length(bytes, at)?;
        let (units, wide) = (field >> 1, field & 1 == 1);
        let size = units.checked_mul(if wide { 2 } else { 1 })?;
        let from = at + 8;
        let unit_bytes = bytes.get(from..from.checked_add(size)?)?;
        let text = if wide {
            let pair = |pair: &[u8]| u16::from_le_bytes([pair[0], pair[1]]);
            let units: Vec<u16> = unit_bytes.chunks_exact(2).map(pair).collect();
            v8::String::new_from_two_byte(scope, &units, v8::NewStringType::Normal)?
        } else {
            v8::String::new_from_one_byte(scope, unit_bytes, v8::NewStringType::Normal)?
        };
        found.push(text.into());
        at = from + size;
    }
    Some(found)
}
