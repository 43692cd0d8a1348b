# One endpoint, spoken to in one subprotocol, within sessions only.
package mcp.websocket

default allow := false

endpoint if input.url == "wss://graph.example.org/subscriptions"

subprotocol if input.protocols == ["graphql-transport-ws"]

in_session if is_string(input.session)

allow if {
	endpoint
	subprotocol
	in_session
}

reasons contains "only wss://graph.example.org/subscriptions is allowed" if not endpoint

reasons contains "the only subprotocol must be graphql-transport-ws" if not subprotocol

reasons contains "a subscription needs a session" if not in_session
