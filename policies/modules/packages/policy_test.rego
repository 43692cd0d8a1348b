package mcp.modules_test

import data.mcp.modules

request(kind, name, version, host) := {
	"specifier_type": kind,
	"package": {"name": name, "version": version},
	"url_parsed": {"scheme": "https", "host": host, "path": "/x"},
	"referrer": null,
}

inner(referrer, host) := {
	"specifier_type": "url",
	"package": null,
	"url_parsed": {"scheme": "https", "host": host, "path": "/x"},
	"referrer": referrer,
}

test_a_listed_package_is_imported if {
	modules.allow with input as request("npm", "lodash-es", "4.17.21", "esm.sh")
	modules.allow with input as request("jsr", "@std/csv", "1.0.6", "jsr.io")
}

test_another_version_package_or_registry_is_not if {
	not modules.allow with input as request("npm", "lodash-es", "4", "esm.sh")
	not modules.allow with input as request("npm", "lodash_es", "4.17.21", "esm.sh")
	not modules.allow with input as request("npm", "lodash-es", "4.17.21", "evil.test")
	not modules.allow with input as request("jsr", "lodash-es", "4.17.21", "jsr.io")
}

test_files_of_a_registry_import_each_other if modules.allow with input as inner("https://esm.sh/a.mjs", "esm.sh")

test_a_script_imports_no_url_and_a_package_leads_nowhere_else if {
	not modules.allow with input as inner(null, "esm.sh")
	not modules.allow with input as inner("https://esm.sh/a.mjs", "evil.test")
	not modules.allow with input as inner("https://esm.sh.evil.test/a.mjs", "esm.sh")
}
