# Checkpoints in a bucket of moto, a small S3 server in Python: runs where Garage cannot be built.
{
  name = "mcp-v8-s3-moto";
  nodes.machine = import ./machines/s3.nix;
  nodes.store =
    { pkgs, ... }:
    let
      python = pkgs.python3.withPackages (
        packages: packages.moto.optional-dependencies.server ++ [ packages.moto ]
      );
    in
    {
      imports = [ ./machines/tools.nix ];
      networking.firewall.allowedTCPPorts = [ 3900 ];
      systemd.services.store = {
        wantedBy = [ "multi-user.target" ];
        serviceConfig.ExecStart = "${python}/bin/python3 -m moto.server -H 0.0.0.0 -p 3900";
      };
      systemd.services.bucket = {
        wantedBy = [ "multi-user.target" ];
        after = [ "store.service" ];
        path = [ pkgs.curl ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          ExecStart = "${pkgs.curl}/bin/curl -sS --fail --retry 30 --retry-delay 1 --retry-all-errors -X PUT http://127.0.0.1:3900/heaps";
        };
      };
    };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/s3.py;
}
