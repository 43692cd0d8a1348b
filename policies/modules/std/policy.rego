# The standard library of JSR, in any version, and nothing else.
package mcp.modules

default allow := false

registry if {
	input.url_parsed.scheme == "https"
	input.url_parsed.host == "jsr.io"
	startswith(input.url_parsed.path, "/@std/")
}

allow if registry

reasons contains sprintf("%s is not of the scope @std on jsr.io", [input.specifier]) if not registry
