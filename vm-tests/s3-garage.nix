# Checkpoints in a bucket of Garage.
{
  name = "mcp-v8-s3-garage";
  nodes.machine = import ./machines/s3.nix;
  nodes.store =
    { config, pkgs, ... }:
    {
      imports = [ ./machines/tools.nix ];
      networking.firewall.allowedTCPPorts = [ 3900 ];
      services.garage = {
        enable = true;
        package = pkgs.garage_2;
        settings = {
          replication_factor = 1;
          consistency_mode = "consistent";
          rpc_bind_addr = "127.0.0.1:3901";
          rpc_public_addr = "127.0.0.1:3901";
          # Of this test.
          rpc_secret = "5c1915fa04d0b6739675c61bf5907eb0fe3d9c69850c83820f51b4d25d13868c";
          s3_api = {
            s3_region = "garage";
            api_bind_addr = "0.0.0.0:3900";
          };
        };
      };
      # As the scenario calls it.
      systemd.services.garage.aliases = [ "store.service" ];
      systemd.services.bucket = {
        wantedBy = [ "multi-user.target" ];
        after = [ "garage.service" ];
        path = [ config.services.garage.package ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
        };
        script = ''
          until node=$(garage node id -q | cut -d @ -f 1); do sleep 1; done
          garage layout assign -z test -c 1G "$node"
          garage layout apply --version 1
          garage key import --yes -n mcp-v8 \
            GK31c2f218a2e44f485b94239e b892c0665f0ada8a4755dae98baa3b133590e11dae3bcc1f9d769d67f16c3835
          garage bucket create heaps
          garage bucket allow --read --write heaps --key mcp-v8
        '';
      };
    };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/s3.py;
}
