"""A web site for scripts to reach: says what it was asked. It needs a token, which only the operator has."""

import http.server
import json
import socket


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = {"path": self.path, "authorized": self.headers.get("authorization") == "Bearer from-the-operator"}
        body = json.dumps(asked).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET


Server(("0.0.0.0", 80), Site).serve_forever()
