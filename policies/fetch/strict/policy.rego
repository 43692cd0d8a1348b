# No request leaves this machine. The starting point: copy it and add conditions to `allow`.
package mcp.fetch

default allow := false

reasons contains "no HTTP request is allowed by the strict policy"
