# No script is read from a file. The starting point: copy it and add conditions to `allow`.
package mcp.run_js_file

default allow := false

reasons contains "no script file is allowed by the strict policy"
