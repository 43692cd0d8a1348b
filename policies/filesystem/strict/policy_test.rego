package mcp.filesystem_test

import data.mcp.filesystem

test_nothing_is_allowed if {
	not filesystem.allow with input as {"operation": "readFile", "real_path": "/srv/data/a.csv"}
	not filesystem.allow with input as {}
}

test_the_denial_says_why if {
	"no file operation is allowed by the strict policy" in filesystem.reasons with input as {"operation": "readFile", "real_path": "/srv/data/a.csv"}
}
