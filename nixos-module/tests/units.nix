# The units of servers.nix as NixOS writes them, for golden/. Store paths lose their hashes, and what NixOS adds to
# every unit of a system is left out.
{ lib, pkgs }:
let
  config =
    (import (pkgs.path + "/nixos/lib/eval-config.nix") {
      system = null;
      modules = [
        ../default.nix
        ./servers.nix
        {
          nixpkgs.pkgs = pkgs;
          boot.loader.grub.enable = false;
          fileSystems."/".device = "none";
          fileSystems."/".fsType = "tmpfs";
          system.stateVersion = lib.trivial.release;
          documentation.enable = false;
        }
      ];
    }).config;
  isOurs = lib.hasPrefix "mcp-v8";
  names = lib.filter isOurs (lib.attrNames config.systemd.units);

  withoutHashes =
    text:
    lib.concatStrings (
      map (part: if lib.isString part then part else "@store@") (
        builtins.split "/nix/store/[a-z0-9]{32}-[^/ \n\"]*" text
      )
    );
  isLeftOut =
    line:
    lib.any (prefix: lib.hasPrefix prefix line) [
      "Environment=\"LOCALE_ARCHIVE="
      "Environment=\"TZDIR="
      "X-Reload-Triggers="
      "X-Restart-Triggers="
    ];
  shown =
    text:
    lib.concatStringsSep "\n" (
      lib.filter (line: line != "" && !isLeftOut line) (lib.splitString "\n" (withoutHashes text))
    )
    + "\n";
in
lib.genAttrs names (name: shown config.systemd.units.${name}.text)
