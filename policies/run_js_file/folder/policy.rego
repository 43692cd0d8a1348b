# Scripts of one folder.
package mcp.run_js_file

default allow := false

# `path` is the real path; the slash keeps "/srv/scripts-evil" out.
in_folder if startswith(input.path, "/srv/scripts/")

script if regex.match(`\.(js|mjs|ts)$`, input.path)

allow if {
	in_folder
	script
}

reasons contains "only files in /srv/scripts are allowed" if not in_folder

reasons contains "only .js, .mjs and .ts files are allowed" if not script
