# Listed tools of listed servers; writing ones for maintainers.
package mcp.tools

default allow := false

tools := data.servers[input.server]

allow if input.tool in tools.everyone

allow if {
	input.tool in tools.maintainers
	maintainer
}

maintainer if "maintainer" in input.principal.claims.roles

reasons contains sprintf("tool %s of server %s is not listed for you", [input.tool, input.server]) if not allow
