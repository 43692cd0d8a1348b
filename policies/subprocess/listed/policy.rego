# Listed programs with any arguments, for some subjects. Only for programs that cannot start others.
package mcp.subprocess

default allow := false

listed if input.executable in data.executables

without_shell if input.kind in {"exec", "spawn"}

in_workspace if startswith(concat("", [input.cwd, "/"]), concat("", [data.workspace, "/"]))

operator if "operator" in input.principal.claims.roles

allow if {
	listed
	without_shell
	in_workspace
	operator
}

reasons contains sprintf("%s is not listed", [input.executable]) if not listed

reasons contains "a shell is not allowed" if not without_shell

reasons contains sprintf("the working directory must be in %s", [data.workspace]) if not in_workspace

reasons contains "the role operator is needed" if not operator
