# Encrypted connections to listed hosts. The hosts are in data.json.
package mcp.websocket

default allow := false

secure if input.url_parsed.scheme == "wss"

listed if input.url_parsed.host in data.hosts

allow if {
	secure
	listed
}

reasons contains "only wss is allowed" if not secure

reasons contains sprintf("host %s is not listed", [input.url_parsed.host]) if not listed
