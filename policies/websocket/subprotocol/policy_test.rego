package mcp.websocket_test

import data.mcp.websocket

good := {
	"operation": "connect",
	"url": "wss://graph.example.org/subscriptions",
	"protocols": ["graphql-transport-ws"],
	"session": "work",
}

test_the_endpoint_is_reached if websocket.allow with input as good

test_any_other_fact_denies if {
	every change in [
		{"url": "wss://graph.example.org/admin"},
		{"protocols": []},
		{"protocols": ["graphql-transport-ws", "other"]},
		{"session": null},
	] {
		not websocket.allow with input as object.union(good, change)
	}
}
