start_all()
site.wait_for_open_port(80)
machine.wait_for_unit("mcp-v8.service")


def fetched(url):
    return run_js(machine, f"await (await fetch({json.dumps(url)})).json()")


def is_denied(execution, *words):
    assert execution["status"] == "failed", execution
    text = json.dumps(execution)
    assert all(word in text for word in words), text


with subtest("a script reaches what the policy allows, with the operator's secret and without seeing it"):
    execution = fetched("http://site/a")
    assert execution.get("result") == {"path": "/a", "authorized": True}, execution
    assert "from-the-operator" not in json.dumps(execution)
    secret = machine.succeed("stat -L -c %a /run/credentials/mcp-v8.service/token").strip()
    assert secret in ("400", "440"), secret

with subtest("what the policy does not allow is refused with its reason"):
    is_denied(fetched("http://site/secret"), "only /a is allowed")
    is_denied(fetched("http://machine/a"))

with subtest("no policy opens the addresses of this machine, of metadata services and of the local network"):
    for address in ("127.0.0.1:8080", "169.254.169.254", "[::1]:8080", "10.0.0.1"):
        is_denied(fetched(f"http://{address}/a"))

with subtest("the kernel keeps the service from metadata services as well"):
    denied = machine.succeed("systemctl show -P IPAddressDeny mcp-v8.service").split()
    assert "169.254.0.0/16" in denied and "fe80::/64" in denied, denied

with subtest("a server that reaches the network is confined like one that does not"):
    exposure_is_below(machine, "mcp-v8", 12)

with subtest("other capabilities do not exist"):
    absent = "['WebSocket', 'process', 'require', 'Deno', 'fs', 'child_process', 'mcp']"
    assert value_of(machine, f"{absent}.filter(name => typeof globalThis[name] !== 'undefined')") == []
    is_denied(run_js(machine, "await import('npm:left-pad@1.3.0')"))

with subtest("a reload puts changed policies in force and stops nothing"):
    before = pid_of(machine)
    in_session(machine, "live", "let kept = 'there'")
    # What a switch to a new configuration of the system does: the file in /etc is another one.
    machine.succeed(
        "policy=$(sed -n 's/.*\"\\(\\/[^\"]*mcp-v8-policy-fetch[^\"]*\\)\".*/\\1/p' /etc/mcp-v8/mcp-v8.toml | head -n 1)"
        + " && cp -rL $policy /run/policy && chmod -R u+w /run/policy && rm -f /run/policy/policy_test.rego"
        + " && sed -i 's|\"/a\"|\"/b\"|' /run/policy/policy.rego"
        + " && sed \"s|$policy|/run/policy|\" /etc/mcp-v8/mcp-v8.toml > /run/new.toml"
        + " && ln -sfn /run/new.toml /etc/mcp-v8/mcp-v8.toml",
        "systemctl reload mcp-v8.service",
    )
    retry(lambda _: fetched("http://site/b").get("result") == {"path": "/b", "authorized": True}, 30)
    is_denied(fetched("http://site/a"))
    assert pid_of(machine) == before
    assert in_session(machine, "live", "kept") == "there"

with subtest("policies that cannot be read leave those in force"):
    machine.succeed("echo 'nonsense' > /run/policy/policy.rego", "systemctl reload mcp-v8.service")
    machine.wait_until_succeeds("journalctl -u mcp-v8.service -o cat | grep -q 'policy.rego'", timeout=30)
    assert fetched("http://site/b")["status"] == "completed"
    assert pid_of(machine) == before
