#!/usr/bin/env python3
"""Runs a scenario of scenarios/ on this very machine, which is root's, has systemd and runs mcp-v8: the part of the
NixOS test driver's API that scenarios of one machine use. For user-mode Linux, and for a look at a real host.

    local.py SCENARIO.py

It stops, kills and restarts the service. Not for a machine that somebody uses.
"""

import contextlib
import pathlib
import subprocess
import sys
import time

START = time.monotonic()


class Log:
    def info(self, text):
        print(f"{time.monotonic() - START:7.2f}  {text}", flush=True)

    warning = info


log = Log()


def retry(action, timeout_seconds=900):
    end = time.monotonic() + timeout_seconds
    while not action(False):
        if time.monotonic() > end:
            if action(True):
                return
            raise AssertionError(f"not within {timeout_seconds} s")
        time.sleep(0.5)


@contextlib.contextmanager
def subtest(name):
    log.info(f"subtest: {name}")
    yield


class Here:
    """This machine."""

    def execute(self, command, timeout=900):
        done = subprocess.run(
            ["bash", "-c", f"set -euo pipefail; {command}"], stdout=subprocess.PIPE, text=True, timeout=timeout
        )
        return done.returncode, done.stdout

    def succeed(self, *commands, timeout=900):
        output = ""
        for command in commands:
            status, text = self.execute(command, timeout)
            assert status == 0, f"`{command}` ended with {status}\n{text}"
            output += text
        return output

    def fail(self, *commands, timeout=900):
        for command in commands:
            assert self.execute(command, timeout)[0] != 0, f"`{command}` succeeded"

    def wait_until_succeeds(self, command, timeout=900):
        retry(lambda _: self.execute(command)[0] == 0, timeout)

    def wait_for_unit(self, unit, timeout=900):
        self.succeed(f"systemctl start {unit}")
        self.wait_until_succeeds(f"systemctl is-active {unit}", timeout)

    def get_unit_property(self, unit, name):
        return self.succeed(f"systemctl show -P {name} {unit}").strip()


def main():
    folder = pathlib.Path(__file__).resolve().parent / "scenarios"
    text = (folder / "client.py").read_text() + pathlib.Path(sys.argv[1]).read_text()
    names = {"start_all": lambda: None, "subtest": subtest, "retry": retry, "log": log, "machine": Here()}
    exec(compile(text, sys.argv[1], "exec"), names)
    log.info("PASS")


if __name__ == "__main__":
    main()
