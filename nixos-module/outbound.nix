# Whether a configuration makes the server reach the network. When in doubt it does: a wrong yes costs one layer of
# confinement, a wrong no breaks what the operator asked for.
{ lib, schema }:
settings:
let
  capabilities = [
    "fetch"
    "websocket"
    "modules"
    "mcp_tools"
    "subprocess"
  ];
  # Addresses that the server shows or compares, and never connects to.
  isOwn =
    path:
    lib.elem (lib.head path) [
      "server"
      "transport"
    ]
    || lib.elem (lib.last path) [
      "audience"
      "issuer"
    ];
  urls = lib.filter ({ path, text, ... }: lib.hasInfix "://" text && !(isOwn path)) (
    schema.texts (schema.prune settings)
  );
in
lib.any (name: settings.policies.${name} or null != null) capabilities
|| settings.storage.kind == "s3"
|| settings.cluster or null != null
|| urls != [ ]
