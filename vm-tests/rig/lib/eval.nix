# The units of one node of a test, built with host tools, as a folder of links: for user-mode Linux, where no driver is.
{
  nixpkgs,
  test, # path of a test of one machine
  overlay,
  system ? builtins.currentSystem,
}:
let
  lib = import (nixpkgs + "/lib");
  hostPkgs = import ./host-pkgs.nix {
    inherit nixpkgs system;
    extra = import overlay;
  };
  mk =
    modules:
    (import (nixpkgs + "/nixos/lib/eval-config.nix") {
      system = null;
      modules = [
        (
          { lib, ... }:
          {
            # Tests set it for the driver.
            options.virtualisation.memorySize = lib.mkOption {
              type = lib.types.int;
              default = 0;
            };
            config = {
              boot.loader.grub.enable = false;
              fileSystems."/" = {
                device = "tmpfs";
                fsType = "tmpfs";
              };
              system.stateVersion = lib.trivial.release;
              documentation.enable = false;
              nixpkgs.pkgs = hostPkgs;
            };
          }
        )
      ]
      ++ modules;
    }).config;
  plain = mk [ ];
  config = mk [ (import test).nodes.machine ];
  ours = lib.subtractLists (lib.attrNames plain.systemd.units) (lib.attrNames config.systemd.units);
in
hostPkgs.linkFarm "units" (
  map (name: {
    inherit name;
    path = "${config.systemd.units.${name}.unit}/${name}";
  }) ours
)
