"""Runs schemathesis against a built mcp-v8, three times: where there is no authentication, and where there is, without a
token and with one. Called by `cargo xtask clients`, which names the server in MCP_V8_BIN. Prints the total last.

A fixed seed and a bounded time: what one run finds, the next finds too, as far as the server is as fast."""

import contextlib
import hashlib
import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading

TOKEN = "schemathesis-0123456789abcdef0123456789"
SECONDS = "15"
LISTENING = "mcp-v8: listening on "
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
# Small, so that programs that hang end soon. The quotas are not what is tested.
SETTINGS = [
    "log.level=error",
    "limits.execution_timeout_secs=1",
    "limits.max_execution_timeout_secs=2",
    "limits.sync_wait_ms=1000",
    "quotas.runs_per_minute=100000",
    "quotas.cpu_secs_per_minute=100000",
]


@contextlib.contextmanager
def server(home, settings):
    """A server with everything in `home`; yields its URL. Fails if it panicked or ended on its own."""
    sets = [part for setting in SETTINGS + settings for part in ("--set", setting)]
    process = subprocess.Popen(
        [os.environ["MCP_V8_BIN"], "--http-port", "0", *sets],
        env={**os.environ, "XDG_STATE_HOME": home},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines, addresses = [], queue.Queue()
    threading.Thread(target=read, args=(process.stderr, lines, addresses), daemon=True).start()
    try:
        yield addresses.get(timeout=30)
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}")
    finally:
        process.kill()
        process.wait()
    errors = [line for line in lines if "panicked" in line or '"level":"ERROR"' in line]
    if errors:
        raise AssertionError("the server logged errors:\n" + "".join(errors[-10:]))


def read(stream, lines, addresses):
    for line in stream:
        lines.append(line)
        if line.startswith(LISTENING):
            addresses.put(line.removeprefix(LISTENING).strip())


def fuzz(url, document, header):
    program = pathlib.Path(sys.executable).with_name("st")
    headers = ["--header", header] if header else []
    command = [program, "run", document, "--url", url, "--max-time", SECONDS, "--seed", "1"]
    command += ["--checks", ",".join(CHECKS), "--request-timeout", "30", "--no-color", "--warnings", "off"]
    # Its body is no JSON and too long to be read by a schema; tests of its own read it.
    command += ["--exclude-path", "/metrics", *headers]
    return subprocess.run(command, check=False).returncode == 0


def main():
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    auth = "auth.tokens=" + json.dumps([{"name": "st", "sha256": digest}])
    bearer = f"Authorization: Bearer {TOKEN}"
    parts = [("no authentication", [], None), ("no token", [auth], None), ("a token", [auth], bearer)]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="mcp-v8-st-") as directory:
        document = os.path.join(directory, "openapi.json")
        with open(document, "w", encoding="utf-8") as file:
            subprocess.run([os.environ["MCP_V8_BIN"], "--print-openapi"], stdout=file, check=True)
        os.chdir(directory)
        for name, settings, header in parts:
            print(f"--- {name}", flush=True)
            try:
                with server(os.path.join(directory, name), settings) as url:
                    good = fuzz(url, document, header)
            except AssertionError as error:
                print(error)
                good = False
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
