//! All variables of a child: the operator's, then those the script sets, then PATH. Nothing else of the server's.

use super::fault::Fault;
use mcp_v8_settings::Subprocess;
use std::collections::BTreeMap;

/// What the script sets, and all that the child gets.
pub struct Environment {
    pub set: BTreeMap<String, String>,
    pub all: BTreeMap<String, String>,
}

/// # Errors
/// [`Fault::Variable`] for a name that scripts may not set.
pub fn environment(
    settings: &Subprocess,
    command: &str,
    wanted: Vec<(String, String)>,
) -> Result<Environment, Fault> {
    let mut all = BTreeMap::new();
    for name in &settings.env {
        // What is not UTF-8 no policy could judge.
        if let Ok(value) = std::env::var(name) {
            all.insert(name.clone(), value);
        }
    }
    let mut set = BTreeMap::new();
    for (name, value) in wanted {
        if value.contains('\0') {
            return Err(Fault::Null("a variable"));
        }
        // A program that copies its environment says what is there already: that sets nothing.
        if all.get(&name) == Some(&value) {
            continue;
        }
        if !settings.script_env.contains(&name) {
            return Err(Fault::Variable { command: command.to_owned(), name });
        }
        set.insert(name, value);
    }
    all.extend(set.clone());
    let path: Vec<String> = settings.path.iter().map(|path| path.display().to_string()).collect();
    all.insert("PATH".to_owned(), path.join(":"));
    Ok(Environment { set, all })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subprocess::server::tests::settings;

    fn names(wanted: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let wanted = wanted.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let made = environment(&settings(), "x", wanted).map_err(|fault| fault.to_string())?;
        Ok(made.all.into_keys().collect())
    }

    #[test]
    fn a_child_gets_what_is_listed_and_nothing_else() {
        // The test's own environment has far more, CARGO_MANIFEST_DIR for one.
        assert_eq!(names(&[]).unwrap(), ["PATH"]);
        assert_eq!(names(&[("TZ", "UTC")]).unwrap(), ["PATH", "TZ"]);
        for name in ["LD_PRELOAD", "BASH_ENV", "GIT_SSH_COMMAND", "IFS", "PATH", "HOME"] {
            let refused = names(&[(name, "x")]).unwrap_err();
            assert!(refused.contains(name) && refused.contains("script_env"), "{refused}");
        }
    }
}
