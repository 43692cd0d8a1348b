# Every tenant has a folder of its own beneath a writable root, and reads what is in `shared`.
package mcp.filesystem

default allow := false

own := sprintf("%s/tenants/%s/", [input.root.path, input.principal.tenant])

shared := sprintf("%s/shared/", [input.root.path])

reading if input.operation in {"readFile", "readdir", "stat", "lstat", "exists", "readlink", "realpath"}

# Both ends of an operation must lie in the folder; the path gets a slash, so that the folder itself counts and
# "tenants/a" is no beginning of "tenants/ab".
within(folder) if {
	startswith(concat("", [input.real_path, "/"]), folder)
	not input.real_destination
}

within(folder) if {
	startswith(concat("", [input.real_path, "/"]), folder)
	startswith(concat("", [input.real_destination, "/"]), folder)
}

# A tenant's name is a name, and no way out of its folder.
named if regex.match(`^[A-Za-z0-9_-]+$`, input.principal.tenant)

allow if {
	named
	within(own)
}

allow if {
	reading
	within(shared)
}

reasons contains sprintf("only %s can be changed, and %s can be read", [own, shared]) if not allow
