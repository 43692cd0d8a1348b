package mcp.subprocess_test

import data.mcp.subprocess

request(args) := {
	"operation": "command_output",
	"kind": "exec",
	"command": "git",
	"executable": "/usr/bin/git",
	"args": args,
	"cwd": "/srv/repo",
	"env": {},
	"env_names": ["PATH"],
}

test_git_status_runs if {
	subprocess.allow with input as request(["status"])
	subprocess.allow with input as request(["status", "--short"])
	subprocess.allow with input as request(["log", "--oneline", "-10"])
}

test_other_subcommands_and_options_do_not if {
	every args in [[], ["push"], ["-c", "core.pager=sh", "log"], ["log", "--output=/etc/passwd"], ["status", "--short", "x"]] {
		not subprocess.allow with input as request(args)
	}
}

test_another_file_of_the_same_name_does_not if {
	not subprocess.allow with input as object.union(request(["status"]), {"executable": "/tmp/git"})
}

test_a_shell_and_variables_do_not if {
	not subprocess.allow with input as object.union(request(["status"]), {"kind": "shell"})
	not subprocess.allow with input as object.union(request(["status"]), {"env": {"GIT_SSH_COMMAND": "sh"}})
}

test_an_empty_input_is_denied if not subprocess.allow with input as {}
