"""The SDKs people write clients with. What they do with the server is in py_client.py and ts_client.mjs; here is where
they do it: over both transports, and in both eras where the SDK knows both."""

from checks import output_of
from server import stdio_command


def check(checks, programs, url):
    for transport, target in {"http": [url], "stdio": stdio_command(programs)}.items():
        for mode in ("auto", "legacy"):
            arguments = [programs.python, "py_client.py", mode, *target]
            checks.run(f"python sdk, {transport}, {mode}", lambda: note(output_of(arguments, programs)))
        arguments = [programs.node, "ts_client.mjs", *target]
        checks.run(f"typescript sdk 1.x, {transport}", lambda: note(output_of(arguments, programs)))


def note(printed):
    return printed.strip()
