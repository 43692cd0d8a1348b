start_all()
machine.wait_for_unit("mcp-v8.socket")
machine.wait_for_unit("mcp-v8.service")

with subtest("it answers over HTTP: REST, MCP, health"):
    assert value_of(machine, "6 * 7") == 42
    assert rest(machine, "GET", "/healthz") == (200, "ok")
    assert rest(machine, "GET", "/readyz")[1]["status"] == "ready"
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "vm-test", "version": "0"},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    answer = machine.succeed(
        "curl -sS --fail --max-time 30 http://127.0.0.1:8080/mcp -H 'content-type: application/json' "
        + "-H 'accept: application/json, text/event-stream' "
        + "--data-binary " + shlex.quote(json.dumps(message))
    )
    assert '"serverInfo"' in answer, answer

with subtest("the kernel confines server and workers"):
    for pid in [pid_of(machine), *workers_of(machine)]:
        status = status_of(machine, pid)
        assert status["NoNewPrivs"] == "1", status
        assert status["Seccomp"] == "2", status
        assert status["CapEff"] == status["CapPrm"] == status["CapBnd"] == "0" * 16, status
        assert int(status["Uid"].split()[0]) >= 61184, status
    assert len(workers_of(machine)) >= 1

with subtest("the service has no network, and is reached by its socket alone"):
    pid = pid_of(machine)
    own = machine.succeed(f"readlink /proc/{pid}/ns/net").strip()
    assert own != machine.succeed("readlink /proc/self/ns/net").strip()
    links = machine.succeed(f"nsenter -t {pid} -n ip -o link").splitlines()
    assert len(links) == 1 and ": lo:" in links[0], links

with subtest("a script has no network, no files and no processes"):
    absent = "['fetch', 'WebSocket', 'process', 'require', 'Deno', 'fs', 'child_process']"
    assert value_of(machine, f"{absent}.filter(name => typeof globalThis[name] !== 'undefined')") == []
    for module in ["node:fs", "node:child_process", "node:net", "https://example.org/x.js", "file:///etc/passwd"]:
        execution = run_js(machine, f"await import({json.dumps(module)})")
        assert execution["status"] == "failed", execution

with subtest("the unit refuses a program that is in no jail what it refuses scripts"):
    machine.succeed("systemctl start mcp-v8-probe.service")
    report = machine.succeed("cat /var/lib/private/mcp-v8-probe/report").splitlines()
    answers = dict(line.split() for line in report)
    # The one good case: the probe does run, and can write where the server may.
    assert answers.pop("write_state") == "allowed", report
    assert len(answers) == 11 and set(answers.values()) == {"refused"}, report

with subtest("exposure"):
    exposure_is_below(machine, "mcp-v8", 3)

with subtest("SIGTERM drains: a run that began is answered"):
    machine.succeed(
        "systemd-run --unit=slow-run --collect -p StandardOutput=file:/run/slow-run curl -sS --max-time 60 "
        + "-H content-type:application/json --data-binary "
        + shlex.quote(json.dumps({"code": "await new Promise(r => setTimeout(r, 3000)); 'drained'", "wait_ms": 20000}))
        + " http://127.0.0.1:8080/api/exec"
    )
    retry(lambda _: rest(machine, "GET", "/readyz")[1]["running"] == 1)
    machine.succeed("systemctl stop mcp-v8.socket mcp-v8.service")
    machine.wait_until_succeeds("grep -q drained /run/slow-run", timeout=30)
    assert machine.get_unit_property("mcp-v8.service", "Result") == "success"

with subtest("a client that connects while the service is down is served by the start that it causes"):
    machine.succeed("systemctl start mcp-v8.socket")
    assert value_of(machine, "1 + 1") == 2
