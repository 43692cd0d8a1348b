"""Black-box checks of a built mcp-v8 by the clients people use: Inspector, the Python and TypeScript SDKs, and the
conformance suite. Called by `cargo xtask clients`, which installs them and sets the environment. Not a unit test of
anything: each client talks to a server of its own, over stdio and Streamable HTTP, in both protocol eras."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ["MCP_V8_BIN"]
PYTHON = os.environ.get("PYTHON", str(HERE / "venv/bin/python"))
NODE = os.environ.get("NODE", str(HERE / "node_modules/node/bin/node"))
INSPECTOR = os.environ.get("INSPECTOR", str(HERE / "node_modules/.bin/mcp-inspector"))
CONFORMANCE = os.environ.get("CONFORMANCE", str(HERE / "node_modules/.bin/conformance"))
FLAGS = ["--set", "storage.kind=none", "--set", "log.level=error"]
LISTENING = "mcp-v8: listening on "

passed = []
failed = []


def check(name, run):
    start = time.monotonic()
    try:
        run()
        passed.append(name)
        verdict = "ok"
    except Exception as error:  # a failed check must not keep the others from running
        failed.append(name)
        verdict = f"FAILED: {error}"
    print(f"{name}: {verdict} ({time.monotonic() - start:.1f} s)", flush=True)


def command(arguments, timeout=120):
    done = subprocess.run(arguments, cwd=HERE, capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextlib.contextmanager
def server():
    """A server on a free port; yields its MCP address."""
    process = subprocess.Popen([BINARY, "--http-port", "0", *FLAGS], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if line.startswith(LISTENING):
                yield line.removeprefix(LISTENING).strip() + "/mcp"
                break
        else:
            raise AssertionError("the server ended before it listened")
    finally:
        process.terminate()
        process.wait(timeout=20)


def inspector(target, era):
    base = [INSPECTOR, "--cli", *target(), "--protocol-era", era, "--format", "json", "-q"]
    tools = json.loads(command([*base, "--method", "tools/list", "--strict"]))
    names = {tool["name"] for tool in tools.get("result", tools)["tools"]}
    assert "run_js" in names, names
    called = command([*base, "--method", "tools/call", "--tool-name", "run_js", "--tool-args-json", '{"code":"1+1"}'])
    called = json.loads(called)
    structured = called.get("result", called)["structuredContent"]
    assert structured["result"] == 2, structured


def inspector_checks(url):
    http = lambda: [url, "--transport", "http"]
    stdio = lambda: [BINARY, *FLAGS]
    for era in ("legacy", "auto"):
        check(f"inspector, http, {era}", lambda era=era: inspector(http, era))
        check(f"inspector, stdio, {era}", lambda era=era: inspector(stdio, era))


def sdk_checks(url):
    for mode in ("auto", "legacy"):
        check(f"python sdk, http, {mode}", lambda mode=mode: command([PYTHON, "py_client.py", mode, url]))
        check(f"python sdk, stdio, {mode}", lambda mode=mode: command([PYTHON, "py_client.py", mode, BINARY, *FLAGS]))
    check("typescript sdk 1.x, http", lambda: command([NODE, "ts_client.mjs", url]))
    check("typescript sdk 1.x, stdio", lambda: command([NODE, "ts_client.mjs", BINARY, *FLAGS]))


def conformance_checks(url):
    for revision in ("2025-11-25", "2026-07-28"):
        arguments = [
            NODE, CONFORMANCE, "server", "--url", url, "--requirements", revision,
            "--expected-failures", f"expected-{revision}.yml", "-o", f"out/{revision}",
        ]
        check(f"conformance {revision}", lambda arguments=arguments: command(arguments, timeout=240))


def main():
    with server() as url:
        inspector_checks(url)
        sdk_checks(url)
    with server() as url:
        conformance_checks(url)
    print(f"{len(passed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
