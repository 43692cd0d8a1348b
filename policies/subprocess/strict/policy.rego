# No process is started. The starting point: copy it and add conditions to `allow`.
package mcp.subprocess

default allow := false

reasons contains "no process is allowed by the strict policy"
