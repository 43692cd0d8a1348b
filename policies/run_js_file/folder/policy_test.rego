package mcp.run_js_file_test

import data.mcp.run_js_file

request(path) := {"operation": "read", "path": path, "requested": "x"}

test_a_script_of_the_folder_runs if run_js_file.allow with input as request("/srv/scripts/a/b.ts")

test_other_files_do_not if {
	every path in ["/srv/scripts-evil/a.js", "/etc/passwd", "/srv/scripts/a.sh", "/srv/scripts/.env"] {
		not run_js_file.allow with input as request(path)
	}
}
