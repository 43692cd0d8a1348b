"""Where the clients and the server are. Not their installation: that is install.py, called for what the environment
does not name.

MCP_V8_BIN is the server; NODE or NODE22 a Node.js of 22 or newer; NODE_MODULES the packages of package.json; INSPECTOR
and CONFORMANCE their programs; PYTHON or VENV_PYTHON a Python with the packages of requirements.txt."""

import dataclasses
import os
import pathlib

import install


def cache():
    """The same folder as xtask's: MCP_V8_CACHE, or mcp-v8 below the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(os.environ.get("MCP_V8_CACHE") or pathlib.Path(base) / "mcp-v8").absolute()


@dataclasses.dataclass(frozen=True)
class Programs:
    server: pathlib.Path
    node: pathlib.Path
    modules: pathlib.Path
    inspector: pathlib.Path
    conformance: pathlib.Path
    python: pathlib.Path
    # This folder.
    sources: pathlib.Path
    # Everything the clients write goes here and is gone afterwards.
    workspace: pathlib.Path

    @classmethod
    def find(cls, sources, workspace):
        node = named("NODE", "NODE22")
        inspector = named("INSPECTOR")
        modules = named("NODE_MODULES") or (inspector and inspector.parent.parent)
        if not (modules and modules.is_dir()):
            modules = install.npm(sources, cache() / "clients")
        python = named("PYTHON", "VENV_PYTHON") or install.python(sources, cache() / "clients")
        server = named("MCP_V8_BIN") or cache() / "target/release/mcp-v8"
        if not server.exists():
            raise SystemExit(f"no server at {server}: set MCP_V8_BIN, or build it with `cargo xtask build`")
        return cls(
            server=server.absolute(),
            node=node or modules / "node/bin/node",
            modules=modules.absolute(),
            inspector=inspector or modules / ".bin/mcp-inspector",
            conformance=named("CONFORMANCE") or modules / ".bin/conformance",
            # Not resolved: an interpreter knows its environment by the path it is called by.
            python=python.absolute(),
            sources=sources,
            workspace=workspace,
        )

    def environment(self):
        """The clients' environment: this Node.js is the one they start, and what they keep at home is not kept."""
        path = os.pathsep.join([str(self.node.parent), os.environ.get("PATH", "")])
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "MCP_"))}
        return {**kept, "PATH": path, "HOME": str(self.workspace)}


def named(*names):
    """The path in the first of these variables that is set."""
    return next((pathlib.Path(os.environ[name]) for name in names if os.environ.get(name)), None)
