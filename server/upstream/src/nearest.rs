//! Names that were perhaps meant.

/// Most names that a message offers.
const MOST: usize = 3;

/// The names most like `wanted`, best first; all of a short list when none is.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = folded(wanted);
    let mut scored: Vec<(f64, &str)> = names.map(|name| (likeness(&wanted, name), name)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let few = scored.len() <= MOST;
    let good = scored.into_iter().filter(|(score, _)| few || *score >= 0.75);
    good.take(MOST).map(|(_, name)| name.to_owned()).collect()
}

fn likeness(wanted: &str, name: &str) -> f64 {
    let name = folded(name);
    let within = !wanted.is_empty() && (name.contains(wanted) || wanted.contains(&name));
    let alike = strsim::jaro_winkler(wanted, &name);
    if within { alike.max(0.9) } else { alike }
}

/// Without case and separators: `getSum`, `get-sum` and `get_sum` are one.
fn folded(name: &str) -> String {
    let kept = name.chars().take(200).filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// The end of a message.
pub(crate) fn or_rather(near: &[String]) -> String {
    match near {
        [] => String::new(),
        near => format!("; perhaps {}", near.join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_perhaps_meant_is_offered_and_nothing_else() {
        let names = ["get-sum", "get-tiny-image", "echo", "toggle-logging"];
        let near = |wanted: &str| nearest(wanted, names.into_iter());
        assert_eq!(near("getSum")[0], "get-sum");
        assert_eq!(near("get_sumn")[0], "get-sum");
        assert_eq!(near("ecoh"), ["echo"]);
        assert!(near("zzzzzz").is_empty());
        assert_eq!(nearest("zzz", ["one", "two"].into_iter()).len(), 2);
    }
}
