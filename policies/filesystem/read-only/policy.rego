# Reading everything beneath the roots of the configuration, except what is hidden. Nothing is changed.
package mcp.filesystem

default allow := false

reading if input.operation in {"readFile", "readdir", "stat", "lstat", "exists", "readlink", "realpath"}

# The real path: what the script wrote may lead elsewhere.
hidden if {
	some segment in split(trim_prefix(input.real_path, input.root.path), "/")
	startswith(segment, ".")
}

allow if {
	reading
	startswith(input.real_path, input.root.path)
	not hidden
}

reasons contains sprintf("operation %s is not allowed: files are read-only", [input.operation]) if not reading

reasons contains "files and directories that begin with a dot are not allowed" if hidden
