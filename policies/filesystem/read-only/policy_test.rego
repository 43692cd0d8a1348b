package mcp.filesystem_test

import data.mcp.filesystem

request(operation, path) := {
	"operation": operation,
	"path": "a.csv",
	"real_path": path,
	"root": {"path": "/srv/data", "writable": false},
	"flags": [],
}

test_a_file_is_read if filesystem.allow with input as request("readFile", "/srv/data/a.csv")

test_the_root_itself_is_listed if filesystem.allow with input as request("readdir", "/srv/data")

test_nothing_is_changed if {
	every operation in ["writeFile", "appendFile", "truncate", "mkdir", "rm", "rename", "copyFile", "symlink", "link", "chmod", "utimes"] {
		not filesystem.allow with input as request(operation, "/srv/data/a.csv")
	}
}

test_hidden_files_are_not_read if {
	every path in ["/srv/data/.env", "/srv/data/.git/config", "/srv/data/a/.b/c"] {
		not filesystem.allow with input as request("readFile", path)
	}
}

test_an_operation_that_is_not_known_is_denied if not filesystem.allow with input as request("watch", "/srv/data/a.csv")

test_an_empty_input_is_denied if not filesystem.allow with input as {}
