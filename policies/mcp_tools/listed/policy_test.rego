package mcp.tools_test

import data.mcp.tools

request(server, tool, roles) := {
	"operation": "mcp_call_tool",
	"server": server,
	"tool": tool,
	"arguments": {},
	"annotations": {},
	"principal": {"claims": {"roles": roles}},
}

test_everyone_lists_issues if tools.allow with input as request("github", "list_issues", [])

test_a_maintainer_creates_them if tools.allow with input as request("github", "create_issue", ["maintainer"])

test_others_and_other_servers_do_not if {
	not tools.allow with input as request("github", "create_issue", [])
	not tools.allow with input as request("github", "delete_repo", ["maintainer"])
	not tools.allow with input as request("other", "list_issues", ["maintainer"])
}

test_arguments_are_no_claims if {
	forged := object.union(request("github", "create_issue", []), {"arguments": {"roles": ["maintainer"]}})
	not tools.allow with input as forged
}
