start_all()
machine.wait_for_unit("multi-user.target")
machine.succeed("/etc/mcp-v8-image | podman load")
image = machine.succeed("podman images --format '{{.Repository}}:{{.Tag}}' | grep mcp-v8").strip()

with subtest("without arguments it speaks MCP on standard input and output"):
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}},
    }
    answer = machine.succeed(
        f"echo {shlex.quote(json.dumps(hello))} | podman run --rm -i --network none {image}", timeout=120
    )
    assert json.loads(answer.splitlines()[0])["result"]["serverInfo"], answer

with subtest("over HTTP, as nobody, with nothing to write but its volume"):
    machine.succeed(
        "podman run -d --name server --read-only --cap-drop all --security-opt no-new-privileges"
        + f" -p 127.0.0.1:8080:8080 -v state:/var/lib/mcp-v8 {image} --config /etc/mcp-v8/http.toml"
    )
    machine.wait_until_succeeds("curl -sf http://127.0.0.1:8080/readyz", timeout=60)
    assert value_of(machine, "6 * 7") == 42
    user = machine.succeed("podman inspect -f '{{.Config.User}}' server").strip()
    assert user == "65532:65532", user

with subtest("there is no shell in it"):
    machine.fail("podman exec server /bin/sh -c true")

with subtest("sessions are in the volume"):
    in_session(machine, "kept", "let count = 7")
    machine.succeed("podman restart --time 20 server")
    machine.wait_until_succeeds("curl -sf http://127.0.0.1:8080/readyz", timeout=60)
    assert in_session(machine, "kept", "count") == 7
