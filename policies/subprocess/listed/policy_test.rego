package mcp.subprocess_test

import data.mcp.subprocess

good := {
	"kind": "spawn",
	"executable": "/usr/bin/jq",
	"args": [".a", "x.json"],
	"cwd": "/srv/work/a",
	"env": {},
	"principal": {"tenant": "t", "subject": "s", "claims": {"roles": ["operator"]}},
}

test_a_listed_program_runs if subprocess.allow with input as good

test_any_other_fact_denies if {
	every change in [
		{"executable": "/usr/bin/python3"},
		{"kind": "shell"},
		{"cwd": "/srv/work-evil"},
		{"principal": {"claims": {"roles": null}}},
	] {
		not subprocess.allow with input as object.union(good, change)
	}
}
