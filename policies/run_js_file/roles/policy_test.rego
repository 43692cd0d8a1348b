package mcp.run_js_file_test

import data.mcp.run_js_file

request(path, roles) := {"path": path, "principal": {"tenant": "t", "subject": "s", "claims": {"roles": roles}}}

test_a_role_runs_its_scripts if {
	run_js_file.allow with input as request("/srv/scripts/reports/a.js", ["analyst"])
	run_js_file.allow with input as request("/srv/scripts/ops/a.js", ["other", "operator"])
}

test_others_do_not if {
	not run_js_file.allow with input as request("/srv/scripts/ops/a.js", ["analyst"])
	not run_js_file.allow with input as request("/srv/scripts/reports-evil/a.js", ["analyst"])
	not run_js_file.allow with input as request("/srv/scripts/reports/a.js", [])
	not run_js_file.allow with input as {"path": "/srv/scripts/reports/a.js"}
}
