start_all()
for unit in ("mcp-v8", "mcp-v8-lab"):
    machine.wait_for_unit(f"{unit}.service")

with subtest("two servers run beside each other, each with its own state"):
    in_session(machine, "a", "let where = 'first'")
    assert run_js(machine, "where", port=8081, session="a", persist=True)["status"] == "failed"
    in_session(machine, "b", "let where = 'lab'", port=8081)
    assert in_session(machine, "b", "where", port=8081) == "lab"
    assert in_session(machine, "a", "where") == "first"

with subtest("each is a user of its own and cannot read the other's state"):
    users = [status_of(machine, pid_of(machine, unit))["Uid"].split()[0] for unit in ("mcp-v8", "mcp-v8-lab")]
    assert users[0] != users[1], users
    machine.fail("systemd-run --pipe --wait -p DynamicUser=yes -p User=mcp-v8 ls /var/lib/private/mcp-v8-lab")

with subtest("a restart of one leaves the other alone"):
    before = pid_of(machine, "mcp-v8-lab")
    machine.succeed("systemctl restart mcp-v8.service")
    assert pid_of(machine, "mcp-v8-lab") == before

with subtest("the settings are those of the instance"):
    assert run_js(machine, "1", session="x", persist=True)["status"] == "completed"
    execution = run_js(machine, "for (;;);", port=8081)
    assert execution["status"] == "timed_out", execution
