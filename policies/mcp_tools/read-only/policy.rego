# Tools that say they only read, of servers that are trusted to say so. An annotation is a hint of the other server,
# so an untrusted server could write what it likes there.
package mcp.tools

default allow := false

trusted if input.server in {"docs", "search"}

read_only if input.annotations.readOnlyHint == true

short if count(json.marshal(input.arguments)) <= 10000

allow if {
	trusted
	read_only
	short
}

reasons contains sprintf("server %s is not trusted", [input.server]) if not trusted

reasons contains sprintf("tool %s does not say that it only reads", [input.tool]) if not read_only

reasons contains "the arguments are longer than 10000 characters" if not short
