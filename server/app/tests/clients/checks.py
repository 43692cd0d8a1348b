"""Running checks one after the other and counting them. Not a test framework: no fixtures, no selection."""

import contextlib
import subprocess
import time

# A client that hangs is a finding and must not keep the others from running.
COMMAND_SECONDS = 60
# Of what a failed program printed, characters of each stream.
SHOWN = 4000


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def run(self, name, function):
        """Calls `function`, which raises when the check fails and may return a note for its line."""
        with self.part(name) as notes:
            notes.append(function())

    @contextlib.contextmanager
    def part(self, name):
        """The same for a block; it yields a list for notes."""
        start = time.monotonic()
        notes = []
        try:
            yield notes
            self.passed += 1
            verdict = "ok"
        except Exception as error:  # whatever went wrong, the check failed and the next one runs
            self.failed += 1
            verdict = "FAILED"
            notes.append(f"{type(error).__name__}: {error}")
        shown = "".join(f" - {note}" for note in notes if note)
        print(f"{verdict:6} {time.monotonic() - start:5.1f} s  {name}{shown}", flush=True)

    def total(self):
        return f"{self.passed} passed, {self.failed} failed"


def output_of(arguments, programs, timeout=COMMAND_SECONDS):
    """Standard output of a client that succeeds; what it printed is in the error of one that does not."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=programs.workspace,
        env=programs.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if done.returncode != 0:
        raise AssertionError(f"exit status {done.returncode}\n{done.stdout[-SHOWN:]}\n{done.stderr[-SHOWN:]}")
    return done.stdout
