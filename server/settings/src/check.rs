//! Each layer against the schema: unknown keys, types, ranges, words. Not contradictions between keys: those are in
//! the sections, once all layers are merged. What is refused is reported and dropped, so that the rest goes on.

use crate::diagnostic::Diagnostic;
use crate::flaws::Flaws;
use crate::key::Key;
use crate::layer::Layer;
use crate::problem::Problem;
use crate::{planned, schema, suggestion};
use figment::value::{Dict, Num, Value};
use serde_json::Value as Json;

pub(crate) fn check(layer: &mut Layer, flaws: &mut Flaws) {
    let mut values = std::mem::take(&mut layer.values);
    Checker { layer, flaws }.table(&mut values, schema::root(), &Key::default());
    layer.values = values;
}

struct Checker<'c> {
    layer: &'c Layer,
    flaws: &'c mut Flaws,
}

impl Checker<'_> {
    fn table(&mut self, dict: &mut Dict, schema: &Json, at: &Key) {
        dict.retain(|name, value| {
            let key = at.child(name);
            match schema::property(schema, name) {
                Some(schema) => self.value(value, schema, &key),
                None => {
                    self.unknown(&key, schema, at, matches!(value, Value::Dict(..)));
                    false
                }
            }
        });
    }

    /// False, and reported, when the value must go.
    fn value(&mut self, value: &mut Value, schema: &Json, key: &Key) -> bool {
        let problem = match (schema::kind(schema), &mut *value) {
            ("object", Value::Dict(_, dict)) => {
                self.table(dict, schema, key);
                None
            }
            ("array", Value::Array(_, items)) => return self.items(items, schema, key),
            ("string", Value::String(_, text)) => not_one_of(text, schema),
            ("boolean", Value::Bool(..)) => None,
            ("integer", Value::Num(_, number)) if integral(*number) => {
                out_of_range(*number, schema)
            }
            (kind, other) => Some(wrong_type(kind, other)),
        };
        let Some(problem) = problem else { return true };
        self.flaws.report(self.layer.diagnostic(key, problem));
        self.flaws.drop_key(key.clone());
        false
    }

    fn items(&mut self, items: &mut [Value], schema: &Json, key: &Key) -> bool {
        let mut good = true;
        for (index, item) in items.iter_mut().enumerate() {
            good &= self.value(item, &schema["items"], &key.item(index));
        }
        good
    }

    fn unknown(&mut self, key: &Key, schema: &Json, at: &Key, table: bool) {
        let problem = if planned::section(key) {
            Problem::NotInThisVersion
        } else {
            let sibling = suggestion::nearest(key.name(), schema::names(schema));
            let meant = match sibling {
                Some(name) => Some(at.child(name)),
                None => schema::elsewhere(key.name()),
            };
            if let Some(meant) = &meant {
                self.flaws.drop_key(meant.clone());
            }
            Problem::Unknown { table, meant, secret: looks_secret(key.name()) }
        };
        let place = self.layer.places.get(key).map(|spot| spot.key);
        let source = self.layer.source.clone();
        self.flaws.report(Diagnostic { source, place, key: Some(key.clone()), problem });
    }
}

fn looks_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["secret", "token", "password"].iter().any(|word| name.contains(word))
}

fn integral(number: Num) -> bool {
    !matches!(number, Num::F32(_) | Num::F64(_))
}

fn out_of_range(number: Num, schema: &Json) -> Option<Problem> {
    let (min, max) = (schema["minimum"].as_i64()?, schema["maximum"].as_i64()?);
    // figment answers `to_i128` for signed numbers only; JSON's are unsigned.
    let unsigned = || number.to_u128().and_then(|number| i128::try_from(number).ok());
    let number = number.to_i128().or_else(unsigned).unwrap_or(i128::MAX);
    let inside = (i128::from(min)..=i128::from(max)).contains(&number);
    (!inside).then_some(Problem::OutOfRange { min, max })
}

fn not_one_of(text: &str, schema: &Json) -> Option<Problem> {
    let allowed: Vec<&str> = schema["enum"].as_array()?.iter().filter_map(Json::as_str).collect();
    if allowed.contains(&text) {
        return None;
    }
    let meant = suggestion::nearest(text, allowed.iter().copied()).map(str::to_owned);
    Some(Problem::NotOneOf { allowed: allowed.into_iter().map(str::to_owned).collect(), meant })
}

fn wrong_type(kind: &str, value: &Value) -> Problem {
    let expected = match kind {
        "object" => "a table",
        "array" => "a list",
        "string" => "a text in quotes",
        "boolean" => "true or false",
        _ => "an integer",
    };
    let found = match value {
        Value::String(..) | Value::Char(..) => "a text",
        Value::Bool(..) => "true or false",
        Value::Num(_, number) if integral(*number) => "an integer",
        Value::Num(..) => "a number with a fraction",
        Value::Empty(..) => "nothing",
        Value::Dict(..) => "a table",
        Value::Array(..) => "a list",
    };
    Problem::WrongType { expected, found }
}
