# As large as a rule that somebody would write.
package mcp.fetch

default allow := false

allow if {
	input.method in {"GET", "HEAD"}
	input.url_parsed.scheme == "http"
	input.url_parsed.host in {"127.0.0.1", "api.example.org"}
}
