# Boots hardened, answers, reaches nothing; drains on SIGTERM; socket activation with PrivateNetwork.
{
  name = "mcp-v8-boot";
  nodes.machine =
    { lib, pkgs, ... }:
    {
      imports = [
        ../nixos-module
        ./machines/tools.nix
      ];
      services.mcp-v8.enable = true;

      # The unit of a second server, with a program in the server's place that tries what is forbidden.
      services.mcp-v8.instances.probe.settings.transport.http.listen = [ "127.0.0.1:8099" ];
      systemd.services.mcp-v8-probe = {
        wantedBy = lib.mkForce [ ];
        path = [
          pkgs.coreutils
          pkgs.curl
          pkgs.getent
          pkgs.util-linux
        ];
        serviceConfig = {
          Type = lib.mkForce "oneshot";
          ExecStart = lib.mkForce "${pkgs.runtimeShell} ${pkgs.writeText "probe.sh" (builtins.readFile ./scenarios/probe.sh)}";
          Restart = lib.mkForce "no";
          WatchdogSec = lib.mkForce 0;
        };
      };
    };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/boot.py;
}
