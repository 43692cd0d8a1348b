//! Whether a policy could look at `input.resolved_addresses`. One that cannot is asked before a name is looked up: what
//! it denies tells nobody's name server what was asked for. Errs on the side of "it could".

const FIELD: &str = "resolved_addresses";
const INPUT: &str = "input";

/// Of one file of Rego. `input.name` and `input["name"]` reach one field each; anything else done with `input` (passing it
/// on, walking over it, replacing it with `with`) could reach all of them.
pub(crate) fn may_be_read(text: &str) -> bool {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    code.into_iter().any(|line| line.contains(FIELD) || has_whole_input(line))
}

fn has_whole_input(line: &str) -> bool {
    line.match_indices(INPUT).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + INPUT.len()..];
        let part_of_a_name = |c: char| c.is_alphanumeric() || c == '_';
        if before.is_some_and(part_of_a_name) || after.starts_with(part_of_a_name) {
            return false;
        }
        let field = after.strip_prefix('.').is_some_and(|rest| rest.starts_with(part_of_a_name));
        let literal = after.starts_with("[\"");
        !field && !literal
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_its_fields_cannot_read_the_addresses() {
        for blind in [
            "allow if input.url_parsed.host == \"a\"",
            "# what the input and resolved_addresses are\nallow if input[\"method\"] == \"GET\"",
            "allow if my_input.x; input_of(1)",
            "",
        ] {
            assert!(!may_be_read(blind), "{blind}");
        }
        for sees in [
            "allow if count(input.resolved_addresses) > 0",
            "allow if ok(input)",
            "allow if some key, _ in input",
            "allow if input[key] == 1",
            "import input as asked",
            "x := input\n",
            "allow if walk(input, [p, v])",
            "allow if data.p.q with input as {}",
            "allow if object.get(input, [\"resolved_\", \"a\"], 1)",
        ] {
            assert!(may_be_read(sees), "{sees}");
        }
    }
}
