# Reading from listed hosts over https. The hosts are in data.json.
package mcp.fetch

default allow := false

allow if {
	secure
	reading
	listed
}

secure if {
	input.url_parsed.scheme == "https"
	input.url_parsed.effective_port == 443
}

reading if input.method in {"GET", "HEAD"}

# The host as it is dialled: never a suffix of it, and never the URL as text.
listed if input.url_parsed.host in data.hosts

reasons contains "only https on port 443 is allowed" if not secure

reasons contains sprintf("method %s is not allowed: only GET and HEAD are", [input.method]) if not reading

reasons contains sprintf("host %s is not listed", [input.url_parsed.host]) if not listed
