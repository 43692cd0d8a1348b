"""The conformance suite, on every scenario two revisions require of a server. What needs the suite's own fixture server
is in expected-<revision>.yml, check by check; an entry that passes fails the run, so the files cannot grow stale."""

import json

from checks import output_of

REVISIONS = ["2025-11-25", "2026-07-28"]
# Not required yet, need no fixtures, and hold.
MORE = [("2025-11-25", "server-session-lifecycle"), ("2026-07-28", "http-header-validation")]


def check(checks, programs, url):
    base = [programs.node, programs.conformance, "server", "--url", url]
    for revision in REVISIONS:
        baseline = programs.sources / f"expected-{revision}.yml"
        required = [*base, "--requirements", revision, "--expected-failures", baseline]
        checks.run(f"conformance {revision}: required", lambda: suite(required, programs, revision))
    for revision, scenario in MORE:
        one = [*base, "--spec-version", revision, "--scenario", scenario]
        checks.run(f"conformance {revision}: {scenario}", lambda: suite(one, programs, scenario))


def suite(arguments, programs, name):
    results = programs.workspace / "conformance" / name
    output_of([*arguments, "-o", results], programs)
    statuses = [
        found["status"] for file in results.rglob("checks.json") for found in json.loads(file.read_text())
    ]
    succeeded = statuses.count("SUCCESS")
    # A suite that found nothing to check would succeed as well.
    assert succeeded > 0, statuses
    return f"{succeeded} checks hold"
