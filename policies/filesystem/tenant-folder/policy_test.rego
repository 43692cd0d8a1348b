package mcp.filesystem_test

import data.mcp.filesystem

request(operation, path) := {
	"operation": operation,
	"real_path": path,
	"root": {"path": "/srv", "writable": true},
	"principal": {"tenant": "a", "subject": "s", "claims": {}},
}

move(from, to) := object.union(request("rename", from), {"real_destination": to})

test_a_tenant_uses_its_own_folder if {
	filesystem.allow with input as request("writeFile", "/srv/tenants/a/x")
	filesystem.allow with input as request("readdir", "/srv/tenants/a")
	filesystem.allow with input as move("/srv/tenants/a/x", "/srv/tenants/a/y")
}

test_a_tenant_does_not_reach_another if {
	not filesystem.allow with input as request("readFile", "/srv/tenants/b/x")
	not filesystem.allow with input as request("readFile", "/srv/tenants/ab/x")
	not filesystem.allow with input as move("/srv/tenants/a/x", "/srv/tenants/b/x")
	not filesystem.allow with input as move("/srv/tenants/b/x", "/srv/tenants/a/x")
}

test_what_is_shared_is_read_and_not_changed if {
	filesystem.allow with input as request("readFile", "/srv/shared/x")
	not filesystem.allow with input as request("writeFile", "/srv/shared/x")
}

test_a_tenant_whose_name_is_a_path_gets_nothing if {
	every name in ["..", "a/../b", "", "."] {
		forged := object.union(request("readFile", "/srv/tenants/b/x"), {"principal": {"tenant": name}})
		not filesystem.allow with input as forged
	}
}
