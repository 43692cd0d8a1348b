"""Other people's MCP servers behind mcp-v8, called from scripts: the reference servers of npm over stdio and over HTTP,
and one of PyPI, in both eras where the server knows both. Not hostile ones: those are in the Rust tests."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.request

import server

POLICY = "package mcp.tools\n\ndefault allow := false\n\nallow if input.tool != \"write_file\"\n"
WAIT_SECONDS = 30


def check(checks, programs):
    data = programs.workspace / "data"
    data.mkdir()
    (data / "note.txt").write_text("written by a test")
    with everything_over_http(programs) as url:
        for era in ("auto", "legacy"):
            with checks.part(f"servers of others, {era}: the server starts and ends well"):
                with http_server(programs, era, url, data) as run:
                    for name, part in PARTS.items():
                        checks.run(f"servers of others, {era}: {name}", lambda: part(run, data, era))


def everything_is_listed_searched_and_described(run, data, era):
    assert run("mcp.servers()") == ["everything", "everything_http", "files", "time"]
    counts = run("const n = {}; for (const t of await mcp.listTools()) n[t.server] = (n[t.server] ?? 0) + 1; n")
    assert all(counts.get(name, 0) > 1 for name in run("mcp.servers()")), counts
    found = run("(await mcp.search('current time in a timezone', { limit: 1 }))[0].name")
    assert found == "get_current_time", found
    declaration = run("(await mcp.describe('everything', 'get-sum')).declaration")
    assert "export function get_sum(args: {" in declaration and "a: number" in declaration, declaration
    spoken = {name: run(f"(await mcp.describe('{name}')).protocol") for name in counts}
    # What the reference servers speak; the Python SDK speaks both eras.
    assert spoken["time"] == ("2025-11-25" if era == "legacy" else "2026-07-28"), spoken
    return f"{sum(counts.values())} tools, {spoken}"


def calls_give_values(run, data, era):
    for name in ("everything", "everything_http"):
        assert "42" in run(f"import {{ get_sum }} from 'mcp:{name}'; await get_sum({{ a: 40, b: 2 }})"), name
        weather = run(f"import {{ get_structured_content }} from 'mcp:{name}'; await get_structured_content({{ location: 'Chicago' }})")
        assert isinstance(weather["temperature"], (int, float)), weather
    text = run(f"import {{ read_text_file }} from 'mcp:files'; await read_text_file({{ path: {json.dumps(str(data / 'note.txt'))} }})")
    assert "written by a test" in json.dumps(text), text
    zone = run("import { get_current_time } from 'mcp:time'; await get_current_time({ timezone: 'Asia/Tokyo' })")
    assert zone["timezone"] == "Asia/Tokyo", zone


def twenty_dependent_calls_are_one_run(run, data, era):
    code = """import { get_sum } from 'mcp:everything';
        let n = 0; for (let i = 1; i <= 20; i++) n = Number((await get_sum({ a: n, b: i })).match(/is (\\d+)/)[1]); n"""
    assert run(code) == 210


def images_are_bytes(run, data, era):
    code = """import { get_tiny_image } from 'mcp:everything';
        const image = (await get_tiny_image()).find((one) => one.type === 'image');
        [image.mimeType, image.data instanceof Uint8Array, [...image.data.slice(1, 4)]]"""
    assert run(code) == ["image/png", True, [80, 78, 71]]


def errors_are_errors(run, data, era):
    catch = "let said; try { await %s } catch (e) { said = e.message } said"
    said = run(catch % "mcp.callTool('everything', 'get-sum', { a: 1, b: 'two' })")
    assert "arguments.b: " in said and "number" in said, said
    said = run("import { read_text_file } from 'mcp:files'; " + catch % "read_text_file({ path: '/etc/shadow' })")
    assert "read_text_file of files:" in said and "denied" in said.lower(), said
    said = run(catch % "mcp.callTool('files', 'write_file', { path: '/x', content: 'y' })")
    assert "denied" in said and "mcp_tools" in said, said
    said = run(catch % "mcp.callTool('time', 'get_curent_time', {})")
    assert "perhaps get_current_time" in said, said


def a_killed_server_is_started_again(run, data, era):
    before = children("server-everything")
    assert len(before) == 1, before
    os.kill(before[0], signal.SIGKILL)
    until("the server is gone", lambda: not is_running(before[0]))
    # A call while its last threads end is an error that says so.
    again = "let sum = ''; try { sum = (await mcp.callTool('everything', 'get-sum', { a: 1, b: 2 })).content[0].text } catch {} sum"
    until("it is started again", lambda: "3" in run(again))
    assert children("server-everything") not in ([], before)


def a_long_call_ends_with_its_run(run, data, era):
    begun = time.monotonic()
    code = "await mcp.callTool('everything', 'trigger-long-running-operation', { duration: 50, steps: 5 })"
    assert run(code, timeout=1) == "timed_out"
    assert time.monotonic() - begun < 10


PARTS = {
    "listed, searched, described": everything_is_listed_searched_and_described,
    "calls give values": calls_give_values,
    "twenty dependent calls are one run": twenty_dependent_calls_are_one_run,
    "images are bytes": images_are_bytes,
    "errors are errors": errors_are_errors,
    "a killed server is started again": a_killed_server_is_started_again,
    "a long call ends with its run": a_long_call_ends_with_its_run,
}


@contextlib.contextmanager
def http_server(programs, era, url, data):
    """mcp-v8 with the servers behind it; yields what runs a program and gives its value."""
    binaries = programs.modules / ".bin"
    python = programs.python.parent
    upstreams = {
        "everything": {"command": binaries / "mcp-server-everything", "args": ["stdio"], "protocol": era},
        "everything_http": {"url": url, "protocol": era},
        "files": {"command": binaries / "mcp-server-filesystem", "args": [data], "protocol": era},
        "time": {"command": python / "mcp-server-time", "args": ["--local-timezone", "UTC"], "protocol": era},
    }
    lines = ['[storage]\nkind = "none"\n[transport.http]\n[policies.mcp_tools]\nrules = [{ path = "tools.rego" }]']
    for name, keys in upstreams.items():
        lines.append(f"[upstream.{name}]")
        lines.extend(f"{key} = {json.dumps(value, default=str)}" for key, value in keys.items())
    (programs.workspace / "tools.rego").write_text(POLICY)
    config = programs.workspace / "upstream.toml"
    config.write_text("\n".join(lines))
    with server.http_server(programs, ["--config", str(config)]) as address:
        yield lambda code, timeout=20: value(address, code, timeout)


def value(address, code, timeout):
    """The result of a program, or how it ended."""
    request = {"code": code, "persist": False, "wait_ms": 20000, "execution_timeout_secs": timeout}
    url = address.removesuffix("/mcp") + "/api/exec"
    headers = {"Content-Type": "application/json"}
    message = urllib.request.Request(url, json.dumps(request).encode(), headers)
    with urllib.request.urlopen(message, timeout=WAIT_SECONDS) as answer:
        ended = json.load(answer)
    if ended["status"] == "completed":
        return ended.get("result")
    if ended["status"] == "timed_out":
        return "timed_out"
    raise AssertionError(json.dumps(ended, indent=1))


@contextlib.contextmanager
def everything_over_http(programs):
    """The reference server as a service; yields the URL of its endpoint."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [programs.modules / ".bin/mcp-server-everything", "streamableHttp"]
    process = subprocess.Popen(
        [str(part) for part in command],
        env={**programs.environment(), "PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until("the reference server listens", lambda: listens(port))
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_running(process):
    """Not gone, and not only waited for."""
    with contextlib.suppress(OSError):
        return "State:\tZ" not in pathlib.Path(f"/proc/{process}/status").read_text()
    return False


def children(name):
    """Processes of this name over stdio, by their command lines."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if any(re.search(name.encode(), word) for word in words) and b"stdio" in words:
                    found.append(int(entry.name))
    return found


def until(what, condition):
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > WAIT_SECONDS:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.05)  # tidy: allow-sleep between two looks at the condition
