# What lasts: over restarts, a killed server, a hanging server, an upgrade.
{
  name = "mcp-v8-state";
  nodes.machine = {
    imports = [
      ../nixos-module
      ./machines/tools.nix
    ];
    services.mcp-v8.enable = true;
  };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/state.py;
}
