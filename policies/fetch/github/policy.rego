# One API with roles: everyone reads the repositories of one organization, triagers also open and comment issues.
package mcp.fetch

default allow := false

api if {
	input.url_parsed.scheme == "https"
	input.url_parsed.host == "api.github.com"
	input.url_parsed.effective_port == 443
}

# The path is split, so that "/repos/acme-evil" is not "/repos/acme".
segments := split(trim_prefix(input.url_parsed.path, "/"), "/")

of_the_organization if {
	segments[0] == "repos"
	segments[1] == data.organization
}

allow if {
	api
	of_the_organization
	input.method == "GET"
}

allow if {
	api
	of_the_organization
	input.method == "POST"
	segments[3] == "issues"
	triager
}

# Roles are claims of the verified token. What a script or a client writes elsewhere is no claim.
triager if "triager" in input.principal.claims.roles

reasons contains "only https://api.github.com is allowed" if not api

reasons contains sprintf("only repositories of %s are allowed", [data.organization]) if not of_the_organization

reasons contains sprintf("method %s needs GET, or POST to issues with the role triager", [input.method]) if {
	input.method != "GET"
	not triager
}
