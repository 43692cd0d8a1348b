//! One thing to put right, and where.

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    path: String,
    /// 1-based; 0 where the whole tree is meant.
    line: usize,
    rule: &'static str,
    to_do: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, rule: &'static str, to_do: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, to_do: to_do.into() }
    }

    #[cfg(test)]
    pub fn line(&self) -> usize {
        self.line
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.to_do)
    }
}
