# What the module refuses, case by case, with a part of the message. `good` must pass: so none of these is refused for
# another reason. Only the module is evaluated, and no NixOS around it.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  # The options of NixOS that the module sets.
  surroundings = {
    options = {
      assertions = mkOption { type = types.listOf types.raw; };
      warnings = mkOption {
        type = types.listOf types.str;
        default = [ ];
      };
      environment.etc = mkOption { type = types.lazyAttrsOf types.raw; };
      networking.firewall.allowedTCPPorts = mkOption {
        type = types.listOf types.port;
        default = [ ];
      };
      systemd.services = mkOption { type = types.lazyAttrsOf types.raw; };
      systemd.sockets = mkOption { type = types.lazyAttrsOf types.raw; };
    };
    config._module.args = { inherit pkgs; };
  };
  evaluate =
    server:
    (lib.evalModules {
      modules = [
        ../default.nix
        surroundings
        {
          services.mcp-v8 = {
            enable = true;
          }
          // server;
        }
      ];
    }).config;
  refusals =
    server: map (one: one.message) (lib.filter (one: !one.assertion) (evaluate server).assertions);

  good = {
    credentials.token = "/run/secrets/token";
    policies.fetch = [ "package mcp.fetch" ];
    openFirewall = true;
    settings = {
      fetch.headers = [
        {
          origin = "https://api.example.org";
          name = "Authorization";
          value_file = "/run/credentials/mcp-v8.service/token";
        }
      ];
      storage.path = "/var/lib/mcp-v8/state";
      storage.cache.path = "/var/cache/mcp-v8";
      transport.http.listen = [
        "127.0.0.1:8080"
        "[::1]:8080"
        "192.0.2.1:8443"
      ];
    };
    instances.other.settings.transport.http.listen = [ "127.0.0.1:8081" ];
  };

  cases = {
    "no listener" = {
      server.settings.transport.http = lib.mkForce null;
      message = "has no address";
    };
    "standard input of a service" = {
      server.settings.transport.stdio.enabled = true;
      message = "a service has no client";
    };
    "a port that nobody knows" = {
      server.settings.transport.http.listen = [ "127.0.0.1:0" ];
      message = "port 0";
    };
    "a secret as text" = {
      server.settings.storage.s3.secret_access_key = "wJalrXUtnFEMI";
      message = "`settings.storage.s3.secret_access_key` looks like a secret";
    };
    "a secret in a list" = {
      server.settings.fetch.headers = [
        {
          name = "Authorization";
          value = "Bearer 1234";
        }
      ];
      message = "`settings.fetch.headers.0.value` looks like a secret";
    };
    "a password in a URL" = {
      server.settings.storage.s3.endpoint = "https://user:password@s3.example.org";
      message = "`settings.storage.s3.endpoint` looks like a secret";
    };
    "a secret of the store" = {
      server.settings.storage.key_file = "${builtins.storeDir}/0123456789abcdfghijklmnpqrsvwxyz-keys";
      message = "is in the Nix store";
    };
    "a credential that is not loaded" = {
      server.settings.storage.key_file = "/run/credentials/mcp-v8.service/keys";
      message = "is not among `credentials`";
    };
    "the name of a credential" = {
      server.credentials."a/b" = "/run/secrets/a";
      message = "letters, digits";
    };
    "an unknown capability" = {
      server.policies.fetsch = [ "package mcp.fetch" ];
      message = "`policies` has no capability fetsch";
    };
    "a state directory elsewhere" = {
      server.settings.storage.path = "/srv/mcp-v8";
      message = "is not in /var/lib/mcp-v8";
    };
    "a state directory of another" = {
      server.settings.storage.path = "/var/lib/mcp-v8-other";
      message = "is not in /var/lib/mcp-v8,";
    };
    "a cache elsewhere" = {
      server.settings.storage.cache.path = "/srv/cache";
      message = "is neither in /var/cache/mcp-v8";
    };
    "one address twice" = {
      server.instances.other = { };
      message = "two servers listen on one address";
    };
  };

  # Refused by the type, which ends the evaluation.
  wrongTypes = {
    "a credential of the store" = {
      credentials.token = "${builtins.storeDir}/0123456789abcdfghijklmnpqrsvwxyz-token";
    };
    "a number out of range" = {
      settings.limits.execution_timeout_secs = 0;
    };
    "a word that is none of an enumeration" = {
      settings.storage.kind = "disk";
    };
  };

  failures =
    lib.optional (refusals good != [ ]) "the good case is refused: ${toString (refusals good)}"
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name:
        { server, message }:
        let
          said = refusals server;
        in
        lib.optional (
          !lib.any (lib.hasInfix message) said
        ) "${name}: not refused with \"${message}\" but: ${toString said}"
      ) cases
    )
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: server:
        let
          evaluated = builtins.tryEval (
            builtins.deepSeq { inherit (evaluate server) services; } (refusals server)
          );
        in
        lib.optional evaluated.success "${name}: not refused by its type"
      ) wrongTypes
    )
    ++ lib.optional (
      (evaluate good).networking.firewall.allowedTCPPorts != [ 8443 ]
    ) "openFirewall opens other ports than the public ones"
    ++ lib.optional (
      (evaluate { openFirewall = true; }).warnings == [ ]
    ) "openFirewall without a public address is no warning";
in
failures
