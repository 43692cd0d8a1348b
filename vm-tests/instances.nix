# Two servers on one machine.
{
  name = "mcp-v8-instances";
  nodes.machine = {
    imports = [
      ../nixos-module
      ./machines/tools.nix
    ];
    services.mcp-v8 = {
      enable = true;
      instances.lab.settings = {
        transport.http.listen = [ "127.0.0.1:8081" ];
        limits.execution_timeout_secs = 1;
      };
    };
  };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/instances.py;
}
