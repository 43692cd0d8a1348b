package mcp.websocket_test

import data.mcp.websocket

test_nothing_is_allowed if {
	not websocket.allow with input as {"operation": "connect", "url": "wss://example.org/"}
	not websocket.allow with input as {}
}

test_the_denial_says_why if {
	"no WebSocket is allowed by the strict policy" in websocket.reasons with input as {"operation": "connect", "url": "wss://example.org/"}
}
