# No connection is opened. The starting point: copy it and add conditions to `allow`.
package mcp.websocket

default allow := false

reasons contains "no WebSocket is allowed by the strict policy"
