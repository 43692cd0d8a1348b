package mcp.websocket_test

import data.mcp.websocket

request(scheme, host) := {"operation": "connect", "protocols": [], "url_parsed": {"scheme": scheme, "host": host}}

test_a_listed_host_is_reached_encrypted if websocket.allow with input as request("wss", "stream.example.org")

test_another_host_or_plain_text_is_not if {
	not websocket.allow with input as request("wss", "example.org")
	not websocket.allow with input as request("ws", "stream.example.org")
}
