# The OCI image: the program, certificates and time zones; no shell and no package manager. Streamed, so that no
# tarball lies in the store: `$(nix build --print-out-paths .#oci-image) | podman load`.
{
  lib,
  dockerTools,
  buildEnv,
  writeTextDir,
  cacert,
  tzdata,
  mcp-v8,
}:
let
  user = "65532";
  # Real files: runtimes refuse a link that leaves the image.
  accounts = buildEnv {
    name = "mcp-v8-accounts";
    paths = [
      (writeTextDir "etc/passwd" "mcp-v8:x:${user}:${user}::/var/lib/mcp-v8:/sbin/nologin\n")
      (writeTextDir "etc/group" "mcp-v8:x:${user}:\n")
    ];
  };
in
dockerTools.streamLayeredImage {
  name = "mcp-v8";
  tag = mcp-v8.version;
  contents = [
    cacert
    tzdata
  ];
  fakeRootCommands = ''
    mkdir -p etc/mcp-v8 var/lib/mcp-v8 tmp
    cp -L ${accounts}/etc/passwd ${accounts}/etc/group etc/
    cp ${./image-http.toml} etc/mcp-v8/http.toml
    chown ${user}:${user} var/lib/mcp-v8
    chmod 0700 var/lib/mcp-v8
    chmod 1777 tmp
  '';
  config = {
    Entrypoint = [ (lib.getExe mcp-v8) ];
    # Without arguments: MCP on standard input and output, as a client starts it.
    Cmd = [ ];
    User = "${user}:${user}";
    WorkingDir = "/var/lib/mcp-v8";
    Env = [
      "STATE_DIRECTORY=/var/lib/mcp-v8"
      "SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt"
      "TZDIR=/share/zoneinfo"
    ];
    Volumes."/var/lib/mcp-v8" = { };
    ExposedPorts."8080/tcp" = { };
    StopSignal = "SIGTERM";
    Labels = {
      "org.opencontainers.image.title" = "mcp-v8";
      "org.opencontainers.image.description" = mcp-v8.meta.description;
      "org.opencontainers.image.licenses" = mcp-v8.meta.license.spdxId;
      "org.opencontainers.image.version" = mcp-v8.version;
    };
  };
}
