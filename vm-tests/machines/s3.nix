# The server of the S3 tests: its checkpoints are in a bucket of the node `store`.
{
  imports = [
    ../../nixos-module
    ./tools.nix
  ];
  # A key for a test. A real one comes from a secret manager, and never from the store.
  environment.etc."s3-key".text = "GK31c2f218a2e44f485b94239e";
  environment.etc."s3-secret".text =
    "b892c0665f0ada8a4755dae98baa3b133590e11dae3bcc1f9d769d67f16c3835";
  services.mcp-v8 = {
    enable = true;
    credentials = {
      s3_key = "/etc/s3-key";
      s3_secret = "/etc/s3-secret";
    };
    settings.storage = {
      kind = "s3";
      s3 = {
        bucket = "heaps";
        endpoint = "http://store:3900";
        region = "garage";
        force_path_style = true;
        access_key_id_file = "/run/credentials/mcp-v8.service/s3_key";
        secret_access_key_file = "/run/credentials/mcp-v8.service/s3_secret";
        connect_timeout_secs = 2;
        attempt_timeout_secs = 2;
        operation_timeout_secs = 5;
      };
      cache.path = "/var/cache/mcp-v8";
    };
  };
}
