# Git, for looking only: listed subcommands with listed options.
package mcp.subprocess

default allow := false

# The file that is executed, not the word the script wrote.
git if input.executable == data.git

without_shell if input.kind in {"exec", "spawn"}

subcommand := input.args[0]

looking if {
	# Every option of its own: git has options that run programs (--exec, -c core.pager=...).
	options := object.get(data.subcommands, subcommand, null)
	is_array(options)
	every option in array.slice(input.args, 1, count(input.args)) {
		option in options
	}
}

plain_environment if count(input.env) == 0

allow if {
	git
	without_shell
	looking
	plain_environment
}

reasons contains sprintf("%s is not allowed: only %s is", [input.executable, data.git]) if not git

reasons contains "a shell is not allowed" if not without_shell

reasons contains sprintf("these arguments are not allowed: %s", [concat(" ", input.args)]) if not looking

reasons contains "environment variables are not allowed" if not plain_environment
