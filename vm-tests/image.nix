# The OCI image under podman: standard input and output, HTTP, a root file system that is read-only. Only where guests
# have a kernel of their own: a container in a container of the local runner does not start.
{
  name = "mcp-v8-image";
  nodes.machine =
    { pkgs, ... }:
    {
      imports = [ ./machines/tools.nix ];
      virtualisation.podman.enable = true;
      virtualisation.diskSize = 4096;
      environment.etc."mcp-v8-image".source = pkgs.callPackage ../nixos-module/package/image.nix { };
    };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/image.py;
}
