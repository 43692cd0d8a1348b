# What is refused before anything is built. Not what the server itself says about its configuration at build.
{ lib, schema }:
cfg:
let
  texts = schema.texts (schema.prune cfg.settings);
  dotted = text: lib.concatStringsSep "." text.path;
  named = found: lib.concatMapStringsSep ", " (text: "`settings.${dotted text}`") found;

  # A text that the schema does not know, under a name like that of a secret: the server would refuse it, but by then
  # it were in the store.
  isSecret =
    text:
    !text.known
    &&
      builtins.match ".*(secret|passw|passphrase|token|credential|key|authorization|cookie|value).*" (
        lib.toLower text.name
      ) != null
    && builtins.match ".*_(file|url|path|secs)" text.name == null;
  hasPassword = text: builtins.match "[a-z0-9+.-]+://[^/@]*:[^/@]*@.*" text.text != null;
  secrets = lib.filter (text: isSecret text || hasPassword text) texts;

  # No policies and modules: those are for everybody.
  stored = lib.filter (
    text: lib.hasSuffix "_file" text.name && lib.hasPrefix builtins.storeDir text.text
  ) texts;

  ownCredential = text: builtins.match "${lib.escapeRegex cfg.credentialsDirectory}/(.*)" text.text;
  unloaded = lib.filter (
    text: ownCredential text != null && !(cfg.credentials ? ${lib.head (ownCredential text)})
  ) texts;
  badNames = lib.filter (name: builtins.match "[A-Za-z0-9_.-]+" name == null) (
    lib.attrNames cfg.credentials
  );

  unknown = lib.subtractLists schema.capabilities (lib.attrNames cfg.policies);
  isBelow = directory: path: path == directory || lib.hasPrefix "${directory}/" path;
  inherit (cfg.settings) storage transport;
  cachePath = if storage.cache == null then null else storage.cache.path;
  own = "/var/lib/${cfg.unit}";
  ownCache = "/var/cache/${cfg.unit}";

  check = assertion: message: {
    inherit assertion;
    message = "${cfg.option}: ${message}";
  };
in
[
  (check (
    transport.http != null && transport.http.listen != null && transport.http.listen != [ ]
  ) "`settings.transport.http.listen` has no address: nobody could reach the service.")
  (check (transport.stdio.enabled != true)
    "`settings.transport.stdio.enabled` is for a server that its client starts, and a service has no client."
  )
  (check (
    !lib.any (lib.hasSuffix ":0") (transport.http.listen or [ ])
  ) "port 0 of `settings.transport.http.listen` is a port that nobody knows.")
  (check (secrets == [ ])
    "${named secrets} looks like a secret and would be readable by every user in the Nix store. Put it into a file, name the file in `credentials`, and name `credentialsDirectory` in `settings`."
  )
  (check (stored == [ ])
    "${named stored} is in the Nix store, readable by every user. Name a file outside of it in `credentials`."
  )
  (check (
    unloaded == [ ]
  ) "${named unloaded} is not among `credentials`: the file would not be there.")
  (check (badNames == [ ])
    "names of `credentials` have letters, digits, `_`, `.` and `-` only: ${lib.concatStringsSep ", " badNames}."
  )
  (check (unknown == [ ])
    "`policies` has no capability ${lib.concatStringsSep ", " unknown}; there are ${lib.concatStringsSep ", " schema.capabilities}."
  )
  (check (storage.path == null || isBelow own storage.path)
    "`settings.storage.path` is not in ${own}, the one directory that the service may write. Mount or bind another disk there."
  )
  (check (cachePath == null || isBelow ownCache cachePath || isBelow own cachePath)
    "`settings.storage.cache.path` is neither in ${ownCache} nor in ${own}, and the service writes nowhere else."
  )
  (check (
    cfg.wasmModules == { } || schema.has [ "wasm" ]
  ) "this version of mcp-v8 has no `wasm` in its configuration: `wasmModules` cannot be used.")
  (check (
    !cfg.jitless
    || schema.has [
      "workers"
      "jitless"
    ]
  ) "this version of mcp-v8 has no `workers.jitless` in its configuration: its V8 would not start.")
  (check (
    !cfg.jitless || cfg.settings.wasm or { } == { }
  ) "`jitless` has no WebAssembly, and `wasmModules` needs it.")
]
