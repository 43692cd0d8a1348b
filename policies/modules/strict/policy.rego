# No module is imported. The starting point: copy it and add conditions to `allow`.
package mcp.modules

default allow := false

reasons contains "no import is allowed by the strict policy"
