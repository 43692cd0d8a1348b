start_all()
machine.wait_for_unit("mcp-v8.service")

with subtest("a session outlives a restart"):
    in_session(machine, "kept", "let count = 1; const tags = new Map([['a', [1, 2]]]); count")
    assert in_session(machine, "kept", "count += 1") == 2
    before = pid_of(machine)
    machine.succeed("systemctl restart mcp-v8.service")
    assert pid_of(machine) != before
    assert in_session(machine, "kept", "[count, tags.get('a')[1]]") == [2, 2]

with subtest("an answered run outlives a killed server"):
    assert in_session(machine, "kept", "count += 1") == 3
    machine.succeed(f"kill -9 {pid_of(machine)}")
    machine.wait_until_succeeds("systemctl show -P NRestarts mcp-v8.service | grep -vx 0", timeout=30)
    machine.wait_for_unit("mcp-v8.service")
    assert in_session(machine, "kept", "count") == 3

with subtest("a server that hangs is replaced by the watchdog"):
    hung = pid_of(machine)
    machine.succeed(f"kill -STOP {hung}")
    machine.wait_until_succeeds(
        f"test \"$(systemctl show -P MainPID mcp-v8.service)\" != {hung}"
        + " && systemctl is-active mcp-v8.service",
        timeout=90,
    )
    assert in_session(machine, "kept", "count") == 3

with subtest("an upgrade keeps executions and sessions"):
    # Another program file at another path: what a new version of the package is to the state directory.
    program = machine.succeed("systemctl show -P ExecStart mcp-v8.service").split("path=")[1].split()[0]
    machine.succeed(
        "mkdir -p /run/next /run/systemd/system/mcp-v8.service.d",
        f"cp {program} /run/next/mcp-v8",
        "printf '[Service]\\nExecStart=\\nExecStart=/run/next/mcp-v8 --config /etc/mcp-v8/mcp-v8.toml\\n'"
        + " > /run/systemd/system/mcp-v8.service.d/next.conf",
        "systemctl daemon-reload",
        "systemctl restart mcp-v8.service",
    )
    assert machine.succeed(f"readlink /proc/{pid_of(machine)}/exe").strip() == "/run/next/mcp-v8"
    assert in_session(machine, "kept", "count") == 3
    listed = rest(machine, "GET", "/api/executions")[1]["executions"]
    assert len(listed) >= 6, listed

with subtest("the state is the service's alone"):
    # Its owner on the disk is nobody where systemd maps ids, and the dynamic user elsewhere.
    assert machine.succeed("stat -c %a /var/lib/private/mcp-v8").strip() == "700"
    readable = machine.succeed("find /var/lib/private/mcp-v8 -perm /077 -not -type l")
    assert readable == "", readable

with subtest("a refused configuration does not start again and again"):
    machine.succeed(
        "printf 'nonsense = 1\\n' > /run/broken.toml",
        "printf '[Service]\\nExecStart=\\nExecStart=/run/next/mcp-v8 --config /run/broken.toml\\n'"
        + " > /run/systemd/system/mcp-v8.service.d/next.conf",
        "systemctl daemon-reload",
    )
    machine.fail("systemctl restart mcp-v8.service")
    machine.wait_until_succeeds("systemctl show -P ExecMainStatus mcp-v8.service | grep -x 78", timeout=30)
    assert machine.get_unit_property("mcp-v8.service", "NRestarts") == "0"
