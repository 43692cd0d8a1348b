start_all()
# The bucket and the key are made by the node itself.
store.wait_for_unit("bucket.service")
machine.wait_for_unit("mcp-v8.service")

with subtest("the state of a session is in the bucket and comes back from it"):
    in_session(machine, "far", "let count = 41; const list = Array.from({ length: 1000 }, (_, i) => i)")
    assert in_session(machine, "far", "count += 1; count") == 42
    cached = machine.succeed("find /var/cache/private/mcp-v8 -type f").split()
    assert cached, "nothing is in the cache"
    # Without the cache the state can only come from the bucket.
    machine.succeed("systemctl stop mcp-v8.service", "rm -r /var/cache/private/mcp-v8/*", "systemctl start mcp-v8.service")
    assert in_session(machine, "far", "[count, list.length]") == [42, 1000]

with subtest("a bucket out of reach fails the run in words, and the server goes on"):
    store.succeed("systemctl kill --signal=SIGSTOP store.service")
    execution = run_js(machine, "let other = 1", session="other", persist=True)
    assert execution["status"] == "failed", execution
    assert value_of(machine, "6 * 7") == 42

with subtest("a server that starts without its bucket tries again until it is there"):
    machine.succeed("systemctl stop mcp-v8.socket mcp-v8.service", "rm -r /var/cache/private/mcp-v8/*")
    machine.succeed("systemctl start --no-block mcp-v8.service")
    machine.wait_until_succeeds("test $(systemctl show -P NRestarts mcp-v8.service) -ge 1", timeout=60)
    store.succeed("systemctl kill --signal=SIGCONT store.service")
    machine.wait_until_succeeds("systemctl is-active mcp-v8.service", timeout=120)
    assert in_session(machine, "far", "count") == 42

with subtest("the secrets are in no file of the system"):
    found = machine.succeed("grep -rl GK31c2f218a2e44f485b94239e /etc/mcp-v8/ || true").strip()
    assert found == "", found
