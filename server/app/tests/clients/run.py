"""Black-box checks of a built mcp-v8 by the clients people use: the Inspector, the Python and TypeScript SDKs and the
conformance suite; and of its own client side by servers people use. Not a unit test of anything: what is checked is
what those programs see.

Called by `cargo xtask clients`; called by hand it prepares the same clients in the same cache. See programs.py for the
environment it understands. Prints a line for each check, and the total last."""

import pathlib
import shutil
import sys
import tempfile

import conformance
import inspector
import sdks
import upstream
from checks import Checks
from programs import Programs
from server import http_server


def main():
    sources = pathlib.Path(__file__).resolve().parent
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="mcp-v8-clients-") as directory:
        programs = Programs.find(sources, pathlib.Path(directory))
        # Modules of Node.js are looked for beside the file that imports them.
        programs.workspace.joinpath("node_modules").symlink_to(programs.modules)
        for script in sources.glob("*_client.*"):
            shutil.copy(script, programs.workspace)
        for suite in (inspector, sdks, conformance):
            with checks.part(f"{suite.__name__}: a server that listens, and ends when it is told to"):
                with http_server(programs) as url:
                    suite.check(checks, programs, url)
        upstream.check(checks, programs)
    print(checks.total(), flush=True)
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
