# The checks of the flake for one system: what `nix flake check` builds.
{ self }:
pkgs:
let
  inherit (pkgs) lib;
  system = pkgs.stdenv.hostPlatform.system;
  root = ../.;
  nixFiles = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.fileFilter (file: file.hasExt "nix") root;
  };
  evaluated = import ./tests { inherit pkgs; };

  vmTests = lib.mapAttrs' (
    file: _:
    lib.nameValuePair "vm-${lib.removeSuffix ".nix" file}" (
      pkgs.testers.runNixOSTest (root + "/vm-tests/${file}")
    )
  ) (lib.filterAttrs (file: _: lib.hasSuffix ".nix" file) (builtins.readDir (root + "/vm-tests")));
in
{
  package = pkgs.mcp-v8;

  # Everything that neither links V8 nor starts a worker, and needs no network.
  unit-tests = pkgs.mcp-v8.overrideAttrs {
    pname = "mcp-v8-unit-tests";
    dontCargoBuild = true;
    dontCargoInstall = true;
    doCheck = true;
    cargoTestFlags = [
      "--workspace --exclude mcp-v8-app --exclude mcp-v8-engine --exclude mcp-v8-bench"
    ];
    doInstallCheck = false;
    postInstall = "mkdir $out";
  };

  dev-shell = self.devShells.${system}.default;

  nix-style =
    pkgs.runCommand "mcp-v8-nix-style"
      {
        nativeBuildInputs = [
          pkgs.deadnix
          (pkgs.nixfmt-rs or pkgs.nixfmt)
        ];
      }
      ''
        find ${nixFiles} -name '*.nix' -print0 | xargs -0 nixfmt --check
        deadnix --fail ${nixFiles}
        touch $out
      '';

  # Units, pages and refusals of the module are those that were reviewed.
  module =
    assert evaluated.failures == [ ] || throw (lib.concatLines evaluated.failures);
    pkgs.runCommand "mcp-v8-module" { } (
      lib.concatStrings (
        lib.mapAttrsToList (path: text: ''
          diff -u ${root + "/${path}"} ${pkgs.writeText (baseNameOf path) text}
        '') evaluated.files
      )
      + "touch $out"
    );
}
// vmTests
