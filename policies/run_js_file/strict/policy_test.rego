package mcp.run_js_file_test

import data.mcp.run_js_file

test_nothing_is_allowed if {
	not run_js_file.allow with input as {"operation": "read", "path": "/srv/scripts/a.js"}
	not run_js_file.allow with input as {}
}

test_the_denial_says_why if {
	"no script file is allowed by the strict policy" in run_js_file.reasons with input as {"operation": "read", "path": "/srv/scripts/a.js"}
}
