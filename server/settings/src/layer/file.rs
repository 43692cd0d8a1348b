//! The TOML file as a layer: values with line and column. Not their meaning: that is `check`.

use super::{Layer, Spot};
use crate::diagnostic::Diagnostic;
use crate::flaws::Flaws;
use crate::key::Key;
use crate::place::{Lines, Place};
use crate::problem::Problem;
use crate::source::Source;
use crate::text;
use figment::value::{Dict, Tag, Value};
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// Largest configuration file, bytes.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// The file's values; `None`, and the reasons reported, when it cannot be read or is not TOML.
pub(crate) fn read(path: &Path, flaws: &mut Flaws) -> Option<Layer> {
    let whole = |place, problem| {
        let source = Source::File(path.to_owned());
        Diagnostic { source, place, key: None, problem }
    };
    let bytes = match text::read_bytes(path, FILE_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(problem) => {
            flaws.report(whole(None, problem));
            return None;
        }
    };
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let place = Lines::new(&good).place(good.len());
            flaws.report(whole(Some(place), Problem::NotUtf8));
            return None;
        }
    };
    let lines = Lines::new(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        // What has no place of its own went wrong because the text ended.
        let place = lines.place(error.span().map_or(text.len(), |span| span.start));
        flaws.report(whole(Some(place), Problem::Syntax(error.message().to_owned())));
    }
    if !errors.is_empty() {
        return None;
    }
    let base = path.parent().map(Path::to_owned).unwrap_or_default();
    let source = Source::File(path.to_owned());
    let mut layer = Layer { source, values: Dict::new(), places: BTreeMap::new(), base };
    layer.values =
        Reader { lines, layer: &mut layer, flaws }.table(table.get_ref(), &Key::default());
    Some(layer)
}

struct Reader<'r, 't> {
    lines: Lines<'t>,
    layer: &'r mut Layer,
    flaws: &'r mut Flaws,
}

impl Reader<'_, '_> {
    fn table(&mut self, table: &DeTable<'_>, at: &Key) -> Dict {
        let mut dict = Dict::new();
        for (name, value) in table {
            let key = at.child(name.get_ref());
            let place = self.lines.place(name.span().start);
            if let Some(read) = self.value(value, &key, Some(place)) {
                dict.insert(name.get_ref().to_string(), read);
            }
        }
        dict
    }

    /// Remembers the place, then converts. Dates have no counterpart: no key holds one.
    fn value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        key: &Key,
        at: Option<Place>,
    ) -> Option<Value> {
        let place = self.lines.place(value.span().start);
        self.layer.places.insert(key.clone(), Spot { key: at.unwrap_or(place), value: place });
        Some(match value.get_ref() {
            DeValue::String(text) => Value::from(text.to_string()),
            DeValue::Integer(number) => integer(number),
            DeValue::Float(number) => Value::from(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(truth) => Value::from(*truth),
            DeValue::Datetime(_) => {
                let expected = "a text, a number, true or false, a list or a table";
                let problem = Problem::WrongType { expected, found: "a date" };
                self.flaws.report(self.layer.diagnostic(key, problem));
                self.flaws.drop_key(key.clone());
                return None;
            }
            DeValue::Array(items) => Value::Array(Tag::Default, self.items(items, key)),
            DeValue::Table(table) => Value::Dict(Tag::Default, self.table(table, key)),
        })
    }

    fn items(&mut self, items: &[Spanned<DeValue<'_>>], at: &Key) -> Vec<Value> {
        let read = |(index, item)| self.value(item, &at.item(index), None);
        items.iter().enumerate().filter_map(read).collect()
    }
}

/// An integer of any length; what is beyond 128 bits is beyond every range as well.
fn integer(number: &DeInteger<'_>) -> Value {
    let text = number.as_str();
    let beyond = if text.starts_with('-') { i128::MIN } else { i128::MAX };
    let number = i128::from_str_radix(text, number.radix()).unwrap_or(beyond);
    i64::try_from(number).map_or_else(|_| Value::from(number), Value::from)
}
