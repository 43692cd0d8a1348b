{
  description = "mcp-v8: an MCP server that runs JavaScript in jailed V8 worker processes";

  # rustc 1.95 is what this release ships and what Cargo.toml asks for: they move together.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      linux = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      systems = linux ++ [ "aarch64-darwin" ];
      overlay = final: _prev: { mcp-v8 = final.callPackage ./nixos-module/package { }; };
      pkgsFor = system: nixpkgs.legacyPackages.${system}.extend overlay;
      on = names: f: lib.genAttrs names (system: f (pkgsFor system));

      checks = on linux (import ./nixos-module/checks.nix { inherit self; });
    in
    {
      packages =
        lib.recursiveUpdate
          (on systems (pkgs: {
            default = pkgs.mcp-v8;
            inherit (pkgs) mcp-v8;
          }))
          (
            on linux (pkgs: {
              oci-image = pkgs.callPackage ./nixos-module/package/image.nix { };
            })
          );

      apps = on systems (pkgs: {
        default = {
          type = "app";
          program = lib.getExe pkgs.mcp-v8;
          meta.description = "MCP on standard input and output; with --http-port 8080, over HTTP";
        };
      });

      overlays.default = overlay;

      nixosModules.default =
        { pkgs, ... }:
        {
          imports = [ ./nixos-module ];
          services.mcp-v8.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        };

      inherit checks;

      devShells = on systems (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ pkgs.mcp-v8 ];
          packages = [
            pkgs.cargo-deny
            pkgs.clippy
            pkgs.deadnix
            pkgs.nodejs
            pkgs.python3
            pkgs.rustfmt
          ];
          env.RUSTY_V8_ARCHIVE = pkgs.mcp-v8.v8-archive;
          env.AWS_LC_SYS_NO_JITTER_ENTROPY = "1";
        };
      });

      formatter = on systems (import ./nixos-module/formatter.nix);
    };
}
