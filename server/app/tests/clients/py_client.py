"""The Python MCP SDK against a server: `py_client.py MODE URL` or `py_client.py MODE PROGRAM ARGUMENT...`. MODE is
`auto` or `legacy`. Prints the revision that was agreed on."""

import sys

import anyio
from mcp import Client, StdioServerParameters

TOOLS = {"run_js", "get_execution", "get_execution_output", "cancel_execution", "list_executions",
         "get_artifact", "list_artifacts"}
REVISIONS = {"auto": "2026-07-28", "legacy": "2025-11-25"}


async def main(mode, target):
    program = StdioServerParameters(command=target[0], args=target[1:])
    async with Client(target[0] if target[0].startswith("http") else program, mode=mode) as client:
        assert client.protocol_version == REVISIONS[mode], client.protocol_version
        tools = await client.list_tools()
        assert {tool.name for tool in tools.tools} == TOOLS, tools

        async def run(code, **more):
            return await client.call_tool("run_js", {"code": code, "session": f"python-{mode}", **more})

        first = await a_run_answers_with_its_result_and_output(run)
        await variables_stay_between_runs_and_fresh_runs_have_none(run)
        await a_script_error_says_where(run)
        await output_is_a_page_and_a_resource(client, first)
        await bad_arguments_are_a_tool_error(client)
        await a_long_run_gives_a_handle_and_reports_progress(client, run)
        await a_call_the_client_gives_up_is_cancelled(client, mode)
        print(client.protocol_version)


async def a_run_answers_with_its_result_and_output(run):
    first = await run("let n = 41; console.log('hello'); n")
    assert not first.is_error and first.structured_content["result"] == 41, first
    assert first.structured_content["output"] == "hello\n", first
    return first.structured_content["execution_id"]


async def variables_stay_between_runs_and_fresh_runs_have_none(run):
    second = await run("n + 1")
    assert not second.is_error and second.structured_content["result"] == 42, second
    fresh = await run("typeof n", persist=False)
    assert fresh.structured_content["result"] == "undefined", fresh


async def a_script_error_says_where(run):
    broken = await run("\n  nothing()")
    assert broken.is_error and broken.structured_content["error"]["line"] == 2, broken
    assert "nothing is not defined" in broken.content[0].text, broken


async def output_is_a_page_and_a_resource(client, execution):
    page = await client.call_tool("get_execution_output", {"execution_id": execution})
    assert not page.is_error and page.structured_content["data"] == "hello\n", page
    resource = await client.read_resource(f"exec://{execution}/output")
    assert resource.contents[0].text == "hello\n", resource


async def bad_arguments_are_a_tool_error(client):
    wrong = await client.call_tool("run_js", {"cod": "1"})
    assert wrong.is_error and "cod" in wrong.content[0].text, wrong


async def a_long_run_gives_a_handle_and_reports_progress(client, run):
    handle = await run("await new Promise(done => setTimeout(done, 300)); 'late'", wait_ms=1)
    assert not handle.is_error and handle.structured_content["status"] in ("queued", "running"), handle
    execution = handle.structured_content["execution_id"]
    ended = await client.call_tool("get_execution", {"execution_id": execution, "wait_ms": 10_000})
    assert ended.structured_content["result"] == "late", ended

    heard = []

    async def hear(progress, total, message):
        heard.append(progress)

    code = "await new Promise(done => setTimeout(done, 2500)); 'slow'"
    slow = await client.call_tool("run_js", {"code": code, "persist": False}, progress_callback=hear)
    assert slow.structured_content["result"] == "slow", slow
    assert heard and heard == sorted(set(heard)), heard


async def a_call_the_client_gives_up_is_cancelled(client, mode):
    session = f"given-up-{mode}"

    async def executions():
        listed = await client.call_tool("list_executions", {"session": session})
        return listed.structured_content["executions"]

    async with anyio.create_task_group() as group:
        endless = {"code": "await new Promise(done => setTimeout(done, 60_000))", "session": session}
        group.start_soon(client.call_tool, "run_js", endless)
        with anyio.fail_after(10):
            while not any(one["status"] == "running" for one in await executions()):
                pass
        group.cancel_scope.cancel()
    newest = (await executions())[0]
    asked = {"execution_id": newest["execution_id"], "wait_ms": 10_000}
    ended = await client.call_tool("get_execution", asked)
    assert ended.structured_content["status"] == "cancelled", ended


anyio.run(main, sys.argv[1], sys.argv[2:])
