"""The Python MCP SDK against a server: `py_client.py MODE URL` or `py_client.py MODE PROGRAM ARGUMENT...`."""

import asyncio
import sys

from mcp import Client, StdioServerParameters


async def main(mode, target):
    address = target[0] if target[0].startswith("http") else StdioServerParameters(command=target[0], args=target[1:])
    async with Client(address, mode=mode) as client:
        tools = await client.list_tools()
        names = {tool.name for tool in tools.tools}
        assert {"run_js", "get_execution", "get_execution_output", "cancel_execution", "list_executions"} <= names, names
        session = f"python-{mode}"

        async def run(code):
            return await client.call_tool("run_js", {"code": code, "session": session})

        first = await run("let n = 41; console.log('hello'); n")
        assert not first.is_error and first.structured_content["result"] == 41, first
        assert first.structured_content["output"] == "hello\n", first
        second = await run("n + 1")
        assert second.structured_content["result"] == 42, second
        broken = await run("\n  nothing()")
        assert broken.is_error and broken.structured_content["error"]["line"] == 2, broken
        page = await client.call_tool(
            "get_execution_output", {"execution_id": first.structured_content["execution_id"]}
        )
        assert page.structured_content["data"] == "hello\n", page
        wrong = await client.call_tool("run_js", {"cod": "1"})
        assert wrong.is_error and "cod" in wrong.content[0].text, wrong


asyncio.run(main(sys.argv[1], sys.argv[2:]))
