# No tool of another server is called. The starting point: copy it and add conditions to `allow`.
package mcp.tools

default allow := false

reasons contains "no tool of another MCP server is allowed by the strict policy"
