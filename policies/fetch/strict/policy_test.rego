package mcp.fetch_test

import data.mcp.fetch

test_nothing_is_allowed if {
	not fetch.allow with input as {"operation": "fetch", "method": "GET", "url": "https://example.org/"}
	not fetch.allow with input as {}
}

test_the_denial_says_why if {
	"no HTTP request is allowed by the strict policy" in fetch.reasons with input as {"operation": "fetch", "method": "GET", "url": "https://example.org/"}
}
