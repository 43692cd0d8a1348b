"""The MCP Inspector's command line: schemas without portability problems, and a call, over both transports in every era
of the protocol it speaks."""

import json

from checks import output_of
from server import stdio_command

ERAS = ["legacy", "auto", "modern"]
TOOLS = {"run_js", "get_execution", "get_execution_output", "cancel_execution", "list_executions",
         "get_artifact", "list_artifacts"}


def check(checks, programs, url):
    targets = {
        "http": ([url, "--transport", "http"], []),
        # What belongs to the server and not to the Inspector comes after the dashes.
        "stdio": ([], ["--", *stdio_command(programs)]),
    }
    for transport, (before, after) in targets.items():
        for era in ERAS:

            def inspect(*request):
                base = [programs.node, programs.inspector, "--cli", *before, "--protocol-era", era]
                printed = output_of([*base, "--format", "json", *request, *after], programs)
                answer = json.loads(printed)
                return answer.get("result", answer)

            checks.run(f"inspector, {transport}, {era}: tools/list --strict", lambda: lists_tools(inspect))
            checks.run(f"inspector, {transport}, {era}: tools/call run_js", lambda: calls_run_js(inspect))
    checks.run("inspector, http: a failing script is a failing call", lambda: fails(programs, url))


def lists_tools(inspect):
    names = {tool["name"] for tool in inspect("--method", "tools/list", "--strict")["tools"]}
    assert names == TOOLS, names


def calls_run_js(inspect):
    call = ["--method", "tools/call", "--tool-name", "run_js", "--tool-args-json", '{"code":"1+1"}']
    structured = inspect(*call)["structuredContent"]
    assert structured["result"] == 2, structured


def fails(programs, url):
    call = ["--method", "tools/call", "--tool-name", "run_js", "--tool-args-json", '{"code":"nothing()"}']
    base = [programs.node, programs.inspector, "--cli", url, "--transport", "http", "--format", "json"]
    try:
        printed = output_of([*base, *call], programs)
    except AssertionError as error:
        assert "nothing is not defined" in str(error), error
        return
    raise AssertionError(f"the Inspector took it for a success: {printed}")
