# Talks to mcp-v8 from inside of a machine of a NixOS test. What every scenario begins with; no scenario itself.
import json
import shlex


def rest(machine, method, path, body=None, port=8080):
    """One request; status and parsed body. Fails if there is no answer."""
    command = ["curl", "-sS", "--max-time", "60", "-X", method, "-w", "\n%{http_code}"]
    if body is not None:
        command += ["-H", "content-type: application/json", "--data-binary", json.dumps(body)]
    answer = machine.succeed(shlex.join([*command, f"http://127.0.0.1:{port}{path}"]))
    text, status = answer.rsplit("\n", 1)
    return int(status), json.loads(text) if text[:1] in ("{", "[") else text.strip()


def run_js(machine, code, port=8080, **options):
    """Runs a program to its end; the execution."""
    status, execution = rest(
        machine, "POST", "/api/exec", {"code": code, "wait_ms": 20000, "persist": False} | options, port
    )
    assert status in (200, 202), execution
    while not execution.get("completed_at"):
        path = f"/api/executions/{execution['execution_id']}?wait_ms=20000"
        execution = rest(machine, "GET", path, port=port)[1]
    return execution


def value_of(machine, code, port=8080, **options):
    """The value of a program that must succeed."""
    execution = run_js(machine, code, port, **options)
    assert execution["status"] == "completed", execution
    return execution.get("result")


def in_session(machine, name, code, port=8080):
    return value_of(machine, code, port, session=name, persist=True)


def pid_of(machine, unit="mcp-v8"):
    return int(machine.get_unit_property(f"{unit}.service", "MainPID"))


def workers_of(machine, unit="mcp-v8"):
    """Processes of the unit beside the server."""
    server = pid_of(machine, unit)
    found = machine.succeed(f"pgrep -P {server} || true").split()
    return [int(one) for one in found]


def status_of(machine, pid):
    """/proc/<pid>/status as a dictionary."""
    lines = machine.succeed(f"cat /proc/{pid}/status").splitlines()
    return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}


def exposure_is_below(machine, unit, tenths):
    """`systemd-analyze security` in tenths of a point; prints what it found."""
    found = machine.succeed(
        f"systemd-analyze security --no-pager --threshold={tenths} {unit}.service | tail -n 1"
    )
    log.info(f"{unit}: {found.strip()}")
