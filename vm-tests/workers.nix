# Killed workers, memory bombs and endless loops under the unit.
{
  name = "mcp-v8-workers";
  nodes.machine = {
    imports = [
      ../nixos-module
      ./machines/tools.nix
    ];
    services.mcp-v8 = {
      enable = true;
      settings = {
        limits.heap_memory_max_mb = 64;
        limits.array_buffer_mb = 64;
        workers.cgroup_memory_mb = 128;
      };
    };
  };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/workers.py;
}
