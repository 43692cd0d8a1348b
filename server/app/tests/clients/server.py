"""The server under test. Over HTTP it is started here; over stdio the clients start it themselves."""

import contextlib
import queue
import subprocess
import threading

FLAGS = ["--set", "storage.kind=none", "--set", "log.level=error"]
LISTENING = "mcp-v8: listening on "
START_SECONDS = 30
END_SECONDS = 20


def stdio_command(programs):
    return [str(programs.server), *FLAGS]


@contextlib.contextmanager
def http_server(programs, flags=()):
    """A server on a free port, with further flags; yields the address of its MCP endpoint. Fails if it does not end well."""
    process = subprocess.Popen(
        [str(programs.server), "--http-port", "0", *FLAGS, *flags],
        cwd=programs.workspace,
        env=programs.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    addresses = queue.Queue()
    lines = []
    # All of it is read all the time: a server whose pipe is full would stand still.
    reader = threading.Thread(target=read, args=(process.stderr, lines, addresses), daemon=True)
    reader.start()
    try:
        address = addresses.get(timeout=START_SECONDS)
        if address is None:
            raise AssertionError("the server ended before it listened:\n" + "".join(lines[-20:]))
        yield address + "/mcp"
        process.terminate()
        status = process.wait(timeout=END_SECONDS)
        if status != 0:
            raise AssertionError(f"the server ended with {status}:\n" + "".join(lines[-20:]))
    finally:
        process.kill()
        process.wait()
    reader.join(timeout=END_SECONDS)
    errors = [line for line in lines if is_error(line)]
    if errors:
        raise AssertionError("the server logged errors:\n" + "".join(errors[-20:]))


def is_error(line):
    """A line of the log that says the server failed. rmcp takes a client that left without its answer for an error."""
    of_rmcp = '"target":"rmcp' in line
    return "panicked" in line or ('"level":"ERROR"' in line and not of_rmcp)


def read(stream, lines, addresses):
    for line in stream:
        lines.append(line)
        if line.startswith(LISTENING):
            addresses.put(line.removeprefix(LISTENING).strip())
    addresses.put(None)
