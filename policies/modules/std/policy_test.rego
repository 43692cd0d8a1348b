package mcp.modules_test

import data.mcp.modules

request(url, host, path) := {"specifier": url, "url_parsed": {"scheme": "https", "host": host, "path": path}}

test_the_standard_library_is_imported if modules.allow with input as request("https://jsr.io/@std/csv/1.0.6/mod.ts", "jsr.io", "/@std/csv/1.0.6/mod.ts")

test_nothing_else_is if {
	not modules.allow with input as request("https://jsr.io/@stdx/a/mod.ts", "jsr.io", "/@stdx/a/mod.ts")
	not modules.allow with input as request("https://esm.sh/@std/a", "esm.sh", "/@std/a")
}
