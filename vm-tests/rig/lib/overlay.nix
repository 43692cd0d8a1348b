# The program under test: built by cargo, not by Nix.
final: _prev: {
  mcp-v8 =
    final.runCommand "mcp-v8" { preferLocalBuild = true; } ''
      install -Dm755 ${/under-test/mcp-v8} "$out/bin/mcp-v8"
    ''
    // {
      meta.mainProgram = "mcp-v8";
    };
}
