package mcp.subprocess_test

import data.mcp.subprocess

test_nothing_is_allowed if {
	not subprocess.allow with input as {"operation": "command_output", "executable": "/usr/bin/true", "args": []}
	not subprocess.allow with input as {}
}

test_the_denial_says_why if {
	"no process is allowed by the strict policy" in subprocess.reasons with input as {"operation": "command_output", "executable": "/usr/bin/true", "args": []}
}
