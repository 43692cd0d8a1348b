{
  description = "mcp-v8: an MCP server that runs JavaScript in jailed V8 worker processes";

  # rustc 1.95 is what this release ships and what Cargo.toml asks for: they move together.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      # The jail is Linux: Landlock and seccomp.
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      perSystem = f: lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});

      # The one pin, shared with `cargo xtask`.
      pin = lib.importJSON ./server/engine/v8-archive.json;
      lock = lib.importTOML ./Cargo.lock;
      locked = lib.findFirst (package: package.name == "v8") null lock.package;

      archiveFor =
        pkgs:
        let
          target = pkgs.stdenv.hostPlatform.rust.rustcTarget;
          url =
            lib.replaceStrings [ "{version}" "{features}" "{target}" ] [ pin.version pin.features target ]
              pin.url;
        in
        assert lib.assertMsg (
          locked != null && locked.version == pin.version
        ) "server/engine/v8-archive.json pins V8 ${pin.version}, which is not the version in Cargo.lock";
        pkgs.fetchurl {
          inherit url;
          sha256 = pin.sha256.${target};
          meta.sourceProvenance = [ lib.sourceTypes.binaryNativeCode ];
        };

      packageFor =
        pkgs:
        pkgs.rustPlatform.buildRustPackage {
          pname = "mcp-v8";
          inherit ((lib.importTOML ./Cargo.toml).workspace.package) version;
          __structuredAttrs = true;
          strictDeps = true;

          # Only what cargo reads, so that a change of the documentation rebuilds nothing.
          src = lib.fileset.toSource {
            root = ./.;
            fileset = lib.fileset.unions [
              ./Cargo.toml
              ./Cargo.lock
              ./config
              ./server
              ./xtask
            ];
          };
          cargoLock.lockFile = ./Cargo.lock;
          cargoBuildFlags = [
            "--package=mcp-v8-app"
            "--bin=mcp-v8"
          ];
          env.RUSTY_V8_ARCHIVE = archiveFor pkgs;
          env.AWS_LC_SYS_NO_JITTER_ENTROPY = "1";

          # The tests start jailed workers, which the build sandbox does not allow everywhere: `cargo xtask test`.
          doCheck = false;

          meta = {
            description = "MCP server that runs JavaScript in jailed V8 worker processes";
            license = lib.licenses.agpl3Plus;
            mainProgram = "mcp-v8";
            platforms = systems;
            sourceProvenance = [
              lib.sourceTypes.fromSource
              lib.sourceTypes.binaryNativeCode
            ];
          };
        };
    in
    {
      packages = perSystem (pkgs: {
        default = packageFor pkgs;
      });

      devShells = perSystem (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ];
          packages = [
            pkgs.cargo-deny
            pkgs.clippy
            pkgs.nodejs
            pkgs.python3
            pkgs.rustfmt
          ];
          env.RUSTY_V8_ARCHIVE = archiveFor pkgs;
          env.AWS_LC_SYS_NO_JITTER_ENTROPY = "1";
        };
      });

      formatter = perSystem (pkgs: pkgs.nixfmt-tree);
    };
}
