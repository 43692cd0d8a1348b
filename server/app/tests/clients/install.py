"""Installing the clients in the cache, once, as `cargo xtask clients` does: same folder, same marks. Used when
run.py is called by hand."""

import hashlib
import shutil
import subprocess
import sys


def npm(sources, directory):
    """The packages of package-lock.json; returns their folder."""
    manifests = [sources / "package.json", sources / "package-lock.json"]
    mark = Mark(directory / ".npm-stamp", manifests)
    modules = directory / "node_modules"
    if not (mark.is_set() and modules.is_dir()):
        directory.mkdir(parents=True, exist_ok=True)
        for manifest in manifests:
            if manifest.parent != directory:
                shutil.copy(manifest, directory)
        succeed(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], directory)
        mark.set()
    return modules


def python(sources, directory):
    """An environment with the packages of requirements.txt and nothing of the system's; returns its interpreter."""
    requirements = sources / "requirements.txt"
    mark = Mark(directory / ".python-stamp", [requirements])
    interpreter = directory / "venv/bin/python"
    if not (mark.is_set() and interpreter.exists()):
        directory.mkdir(parents=True, exist_ok=True)
        succeed([sys.executable, "-m", "venv", "--clear", directory / "venv"], directory)
        pip = [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        succeed([*pip, "--requirement", requirements], directory)
        mark.set()
    return interpreter


class Mark:
    """Says that an installation for these files was finished. xtask/src/clients/stamp.rs writes the same."""

    def __init__(self, path, files):
        digest = hashlib.sha256()
        for content in (file.read_bytes() for file in files):
            digest.update(len(content).to_bytes(8, "little"))
            digest.update(content)
        self.path = path
        self.digest = digest.hexdigest()

    def is_set(self):
        return self.path.exists() and self.path.read_text() == self.digest

    def set(self):
        self.path.write_text(self.digest)


def succeed(arguments, directory):
    print(f"installing in {directory}: {' '.join(map(str, arguments))}", file=sys.stderr, flush=True)
    subprocess.run(arguments, cwd=directory, check=True)
