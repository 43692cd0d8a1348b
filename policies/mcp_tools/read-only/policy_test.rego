package mcp.tools_test

import data.mcp.tools

good := {"server": "docs", "tool": "search", "arguments": {"q": "a"}, "annotations": {"readOnlyHint": true}}

test_a_reading_tool_is_called if tools.allow with input as good

test_any_other_fact_denies if {
	every change in [
		{"server": "other"},
		{"annotations": {"readOnlyHint": false}},
		{"annotations": {"readOnlyHint": "true"}},
		{"arguments": {"q": sprintf("%010001d", [1])}},
	] {
		not tools.allow with input as object.union(good, change)
	}
}
