package mcp.fetch_test

import data.mcp.fetch

request(method, scheme, host, port) := {
	"operation": "fetch",
	"method": method,
	"url_parsed": {"scheme": scheme, "host": host, "port": null, "effective_port": port, "path": "/", "query": ""},
}

good := request("GET", "https", "api.weather.gov", 443)

test_a_listed_host_can_be_read if fetch.allow with input as good

test_another_host_cannot if {
	every host in ["example.org", "api.weather.gov.evil.test", "xapi.weather.gov", "127.0.0.1"] {
		not fetch.allow with input as request("GET", "https", host, 443)
	}
}

test_nothing_can_be_written if {
	every method in ["POST", "PUT", "DELETE", "get"] {
		not fetch.allow with input as request(method, "https", "api.weather.gov", 443)
	}
}

test_plain_http_and_other_ports_cannot if {
	not fetch.allow with input as request("GET", "http", "api.weather.gov", 80)
	not fetch.allow with input as request("GET", "https", "api.weather.gov", 8443)
}

# A redirect is judged like a request of its own.
test_a_redirect_to_another_host_cannot if {
	hop := object.union(request("GET", "https", "example.org", 443), {"redirect": {"hop": 1, "status": 302}})
	not fetch.allow with input as hop
}

test_an_empty_input_is_denied if not fetch.allow with input as {}

test_the_denial_names_every_missing_fact if {
	reasons := fetch.reasons with input as request("POST", "https", "example.org", 443)
	reasons == {"host example.org is not listed", "method POST is not allowed: only GET and HEAD are"}
}
