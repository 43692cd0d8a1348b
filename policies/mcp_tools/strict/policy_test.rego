package mcp.tools_test

import data.mcp.tools

test_nothing_is_allowed if {
	not tools.allow with input as {"server": "github", "tool": "list_issues"}
	not tools.allow with input as {}
}

test_the_denial_says_why if {
	"no tool of another MCP server is allowed by the strict policy" in tools.reasons with input as {"server": "github", "tool": "list_issues"}
}
