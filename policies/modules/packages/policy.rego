# Listed packages in listed versions, and whatever their registry serves for them.
package mcp.modules

default allow := false

listed if {
	versions := data.packages[input.specifier_type][input.package.name]
	input.package.version in versions
}

# Where packages come from, so that a redirect leads nowhere else.
registry if {
	input.url_parsed.scheme == "https"
	input.url_parsed.host in data.registries[input.specifier_type]
}

allow if {
	listed
	registry
}

# Files within a package import each other by path.
allow if {
	registry
	input.specifier_type == "url"
	is_string(input.referrer)
	startswith(input.referrer, sprintf("https://%s/", [input.url_parsed.host]))
}

reasons contains sprintf("package %s in version %s is not listed", [input.package.name, input.package.version]) if not listed

reasons contains sprintf("%s is no registry", [input.url_parsed.host]) if not registry
