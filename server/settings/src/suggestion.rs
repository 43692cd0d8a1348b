//! "Did you mean": the nearest known word. Not a correction: nothing is ever guessed on the user's behalf.

/// The candidate a typo most likely means: at most a third of its letters differ, two letters in short words.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // The distance costs word x candidate; no key is this long.
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase();
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let by_letters = candidates
        .iter()
        .copied()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= tolerance(&word, candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    by_letters.or_else(|| candidates.into_iter().find(|candidate| shortened(&word, candidate)))
}

/// Two or more of the candidate's own words, and no other: `heap_mb` for `heap_memory_max_mb`.
fn shortened(word: &str, candidate: &str) -> bool {
    let mut words = word.split('_');
    words.clone().count() > 1 && words.all(|part| candidate.split('_').any(|known| known == part))
}

fn tolerance(word: &str, candidate: &str) -> usize {
    let shorter = word.chars().count().min(candidate.len());
    match shorter {
        0..=2 => 0,
        3..=6 => 2.min(shorter - 2),
        longer => longer / 3,
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KEYS: [&str; 4] = ["heap_memory_max_mb", "max", "listen", "level"];

    #[test]
    fn a_typo_finds_the_key_it_means() {
        assert_eq!(nearest("heap_memory_mx_mb", KEYS), Some("heap_memory_max_mb"));
        assert_eq!(nearest("heap_mb", KEYS), Some("heap_memory_max_mb"));
        assert_eq!(nearest("Lisen", KEYS), Some("listen"));
        assert_eq!(nearest("mx", KEYS), None);
    }

    #[test]
    fn an_unrelated_word_finds_nothing() {
        for word in ["", "_", "zebra", "colour", &"x".repeat(10_000)] {
            assert_eq!(nearest(word, KEYS), None, "{word}");
        }
    }
}
