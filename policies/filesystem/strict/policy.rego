# No file is read or written. The starting point: copy it and add conditions to `allow`.
package mcp.filesystem

default allow := false

reasons contains "no file operation is allowed by the strict policy"
