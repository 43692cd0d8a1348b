# The options of one server. What becomes of them is in file.nix, unit.nix and assertions.nix.
{ unit, ownPackage }:
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib)
    literalExpression
    literalMD
    mkDefault
    mkOption
    types
    ;
  schema = import ./schema.nix {
    inherit lib;
    format = pkgs.formats.toml { };
  };
  policy = import ./policy.nix { inherit lib pkgs; };
in
{
  options = {
    package = mkOption (
      {
        type = types.package;
        description = "The mcp-v8 to run.";
      }
      // ownPackage
    );

    settings = mkOption {
      inherit (schema) type;
      default = { };
      example = literalExpression ''
        {
          limits.execution_timeout_secs = 10;
          sessions.enabled = false;
        }
      '';
      description = ''
        The configuration file, checked by `mcp-v8 check` when the system is built. A key that is left out has the
        server's own default. The file is readable by every user: secrets belong in `credentials`.
      '';
    };

    policies = mkOption {
      type = types.attrsOf (types.listOf policy.type);
      default = { };
      example = literalExpression ''
        {
          fetch = [
            {
              text = '''
                package mcp.fetch

                default allow := false

                allow if input.url_parsed.host in data.hosts
              ''';
              data.hosts = [ "api.example.org" ];
            }
          ];
        }
      '';
      description = ''
        Rules by capability (${
          lib.concatMapStringsSep ", " (name: "`${name}`") schema.capabilities
        }): Rego text, a path,
        or both with tests and data. Their tests are run when the system is built. They are added to
        `settings.policies.<capability>.rules`; a capability without rules does not exist for scripts. A change of
        policies alone reloads the server and interrupts no run.
      '';
    };

    wasmModules = mkOption {
      type = types.attrsOf types.path;
      default = { };
      example = literalExpression "{ sqlite = ./sqlite.wasm; }";
      description = "WebAssembly modules that scripts find under these names: the same as `settings.wasm.<name>.path`.";
    };

    credentials = mkOption {
      type = types.attrsOf types.externalPath;
      default = { };
      example = {
        api_token = "/run/secrets/api-token";
      };
      description = ''
        Secrets by name: files outside of the Nix store that only the server gets to read (`LoadCredential=`). In
        `settings`, name the file as `''${config.services.mcp-v8.credentialsDirectory}/<name>`. They are read when the
        service starts: restart it after a change.
      '';
    };

    credentialsDirectory = mkOption {
      type = types.str;
      readOnly = true;
      default = "/run/credentials/${unit}.service";
      description = "Where the server finds its `credentials`.";
    };

    openFirewall = mkOption {
      type = types.bool;
      default = false;
      description = "Opens the ports of `settings.transport.http.listen` that other machines reach, and no others.";
    };

    socketActivation = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether systemd opens the listening sockets. The server then needs no network of its own to be reached, and
        clients that connect during a restart wait instead of failing.
      '';
    };

    outbound = mkOption {
      type = types.bool;
      default = import ./outbound.nix { inherit lib schema; } config.settings;
      defaultText = literalMD "whether anything in `settings` needs it";
      description = ''
        Whether the server reaches the network. Without, and with `socketActivation`, it has none at all
        (`PrivateNetwork=`): whatever gets into the service gets no further.
      '';
    };

    jitless = mkOption {
      type = types.bool;
      default = false;
      description = ''
        Runs V8 without its just-in-time compilers, so that no memory is ever both writable and executable
        (`MemoryDenyWriteExecute=`). Loops take 10 to 50 times as long, and there is no WebAssembly.
      '';
    };

    checkConfig = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Whether the configuration and the tests of policies are judged when the system is built. Turn it off where
        they name files that are not there then, or where the package cannot be run on the builder.
      '';
    };
  };

  config.settings = {
    transport.http.listen = mkDefault [ "127.0.0.1:8080" ];
    transport.stdio.enabled = mkDefault false;
    policies = lib.mapAttrs (capability: rules: {
      rules = map (rule: { path = policy.directory capability rule; }) rules;
    }) config.policies;
    workers =
      lib.optionalAttrs
        (
          config.jitless
          && schema.has [
            "workers"
            "jitless"
          ]
        )
        {
          jitless = true;
        };
  }
  // lib.optionalAttrs (config.wasmModules != { }) {
    wasm = lib.mapAttrs (_: path: { path = "${path}"; }) config.wasmModules;
  };
}
