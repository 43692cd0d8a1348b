package mcp.modules_test

import data.mcp.modules

test_nothing_is_allowed if {
	not modules.allow with input as {"specifier_type": "jsr", "package": {"name": "@std/csv", "version": "1.0.0"}}
	not modules.allow with input as {}
}

test_the_denial_says_why if {
	"no import is allowed by the strict policy" in modules.reasons with input as {"specifier_type": "jsr", "package": {"name": "@std/csv", "version": "1.0.0"}}
}
