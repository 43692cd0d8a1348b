package mcp.fetch_test

import data.mcp.fetch

request(method, path, roles) := {
	"operation": "fetch",
	"method": method,
	"url_parsed": {"scheme": "https", "host": "api.github.com", "port": null, "effective_port": 443, "path": path, "query": ""},
	"principal": {"tenant": "t", "subject": "s", "issuer": "https://id.example.org", "claims": {"roles": roles}},
}

test_everyone_reads_the_organization if fetch.allow with input as request("GET", "/repos/acme/site/issues", [])

test_another_organization_cannot_be_read if {
	every path in ["/repos/other/site", "/repos/acme-evil/site", "/user/repos", "/"] {
		not fetch.allow with input as request("GET", path, ["triager"])
	}
}

test_a_triager_opens_issues if fetch.allow with input as request("POST", "/repos/acme/site/issues", ["triager"])

test_a_triager_changes_nothing_else if {
	not fetch.allow with input as request("POST", "/repos/acme/site/pulls", ["triager"])
	not fetch.allow with input as request("DELETE", "/repos/acme/site/issues", ["triager"])
}

test_others_open_no_issues if not fetch.allow with input as request("POST", "/repos/acme/site/issues", ["reader"])

test_a_role_outside_of_the_claims_does_not_count if {
	forged := object.union(request("POST", "/repos/acme/site/issues", []), {"roles": ["triager"], "claims": {"roles": ["triager"]}})
	not fetch.allow with input as forged
}
