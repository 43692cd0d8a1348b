# services.mcp-v8: one server, and with `instances` any number of them.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  schema = import ./schema.nix {
    inherit lib;
    format = pkgs.formats.toml { };
  };
  top = config.services.mcp-v8;

  # With what the other files need to know: the name of the unit, and of the option for messages.
  servers =
    lib.optional top.enable (
      top
      // {
        unit = "mcp-v8";
        option = "services.mcp-v8";
      }
    )
    ++ lib.mapAttrsToList (
      name: cfg:
      cfg
      // {
        unit = "mcp-v8-${name}";
        option = "services.mcp-v8.instances.${name}";
      }
    ) (lib.filterAttrs (_: cfg: cfg.enable) top.instances);

  of = make: lib.listToAttrs (map (cfg: lib.nameValuePair cfg.unit (make cfg)) servers);
  fileOf = import ./file.nix { inherit lib pkgs; };
  unitOf = import ./unit.nix { inherit lib pkgs; };

  addresses = lib.concatMap (cfg: cfg.settings.transport.http.listen or [ ]) servers;
  isPublic = address: builtins.match "(127\\..*|\\[::1]|localhost):[0-9]+" address == null;
  publicPorts =
    cfg:
    map (address: lib.toInt (lib.last (lib.splitString ":" address))) (
      lib.filter isPublic (cfg.settings.transport.http.listen or [ ])
    );
in
{
  options.services.mcp-v8 = mkOption {
    default = { };
    description = "mcp-v8, an MCP server that runs JavaScript in jailed V8 worker processes.";
    type = types.submoduleWith {
      shorthandOnlyDefinesConfig = true;
      specialArgs = { inherit pkgs; };
      modules = [
        (import ./instance.nix {
          unit = "mcp-v8";
          ownPackage = {
            default = pkgs.mcp-v8;
            defaultText = lib.literalExpression "pkgs.mcp-v8";
          };
        })
        {
          options.enable = lib.mkEnableOption "the server mcp-v8";
          options.instances = mkOption {
            default = { };
            description = "Further servers, each with its own unit `mcp-v8-<name>`, user, state and configuration.";
            example = lib.literalExpression ''
              {
                lab.settings.transport.http.listen = [ "127.0.0.1:8081" ];
              }
            '';
            type = types.attrsOf (
              types.submoduleWith {
                shorthandOnlyDefinesConfig = true;
                specialArgs = { inherit pkgs; };
                modules = [
                  (
                    { name, ... }:
                    {
                      imports = [
                        (import ./instance.nix {
                          unit = "mcp-v8-${name}";
                          ownPackage = {
                            default = top.package;
                            defaultText = lib.literalExpression "config.services.mcp-v8.package";
                          };
                        })
                      ];
                      options.enable = lib.mkEnableOption "this server" // {
                        default = true;
                        example = false;
                      };
                    }
                  )
                ];
              }
            );
          };
        }
      ];
    };
  };

  config = lib.mkIf (servers != [ ]) {
    assertions = lib.concatMap (import ./assertions.nix { inherit lib schema; }) servers ++ [
      {
        assertion = lib.allUnique addresses;
        message = "services.mcp-v8: two servers listen on one address: ${lib.concatStringsSep ", " addresses}.";
      }
    ];
    warnings = lib.concatMap (
      cfg:
      lib.optional (cfg.openFirewall && publicPorts cfg == [ ])
        "${cfg.option}: `openFirewall` opens nothing, because no other machine reaches the addresses of `settings.transport.http.listen`."
    ) servers;
    networking.firewall.allowedTCPPorts = lib.concatMap (
      cfg: lib.optionals cfg.openFirewall (publicPorts cfg)
    ) servers;

    environment.etc = lib.listToAttrs (
      map (cfg: lib.nameValuePair "mcp-v8/${cfg.unit}.toml" { source = (fileOf cfg).file; }) servers
    );
    systemd.services = of (cfg: (unitOf cfg (fileOf cfg)).service);
    systemd.sockets = lib.listToAttrs (
      map (cfg: lib.nameValuePair cfg.unit (unitOf cfg (fileOf cfg)).socket) (
        lib.filter (cfg: cfg.socketActivation) servers
      )
    );
  };
}
