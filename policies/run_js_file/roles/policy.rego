# A folder of scripts for every role.
package mcp.run_js_file

default allow := false

allow if {
	some role in input.principal.claims.roles
	some folder in data.folders[role]
	startswith(input.path, concat("", [folder, "/"]))
}

reasons contains "none of your roles may run this file" if not allow
