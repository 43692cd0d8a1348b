# Everything that can be said about the module without building: `cargo xtask nix module` compares `files` with the
# repository and wants no `failures`; `nix flake check` does the same.
{
  pkgs ? import <nixpkgs> { },
}:
let
  inherit (pkgs) lib;
  # Evaluated, not built: what it is does not matter, and evaluating the real one takes longer than all the rest.
  stub = {
    type = "derivation";
    name = "mcp-v8-0";
    outPath = "${builtins.storeDir}/00000000000000000000000000000000-mcp-v8-0";
    meta.mainProgram = "mcp-v8";
  };
  own = pkgs.extend (_final: _prev: { mcp-v8 = stub; });

  units = import ./units.nix {
    inherit lib;
    pkgs = own;
  };
in
{
  failures = import ./assertions.nix {
    inherit lib;
    pkgs = own;
  };
  files =
    lib.mapAttrs' (name: text: lib.nameValuePair "nixos-module/tests/golden/${name}" text) units
    // import ./plain-units.nix { inherit lib units; }
    // {
      "docs/install/options.md" = import ./options-page.nix {
        inherit lib;
        pkgs = own;
      };
    };
}
