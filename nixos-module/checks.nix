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

  # The configuration file that a server of these options has.
  fileOf =
    server:
    (pkgs.nixos {
      imports = [ ./default.nix ];
      boot.isContainer = true;
      system.stateVersion = lib.trivial.release;
      services.mcp-v8 = server // {
        enable = true;
      };
    }).config.environment.etc."mcp-v8/mcp-v8.toml".source;

  vmTests = lib.mapAttrs' (
    file: _:
    lib.nameValuePair "vm-${lib.removeSuffix ".nix" file}" (
      pkgs.testers.runNixOSTest (root + "/vm-tests/${file}")
    )
  ) (lib.filterAttrs (file: _: lib.hasSuffix ".nix" file) (builtins.readDir (root + "/vm-tests")));
in
{
  package = pkgs.mcp-v8;

  # The workspace's default members: what neither links V8 nor starts a worker, and needs no network.
  unit-tests = pkgs.mcp-v8.overrideAttrs {
    pname = "mcp-v8-unit-tests";
    # Tests read the documentation as well.
    src = lib.cleanSource root;
    dontCargoBuild = true;
    dontCargoInstall = true;
    doCheck = true;
    doInstallCheck = false;
    postInstall = "mkdir -p $out";
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

  # The server's own verdict fails the build: on an unknown key, and on policies whose tests fail.
  refused-key = pkgs.testers.testBuildFailure (fileOf {
    settings.nonsense = 1;
  });
  refused-policy = pkgs.testers.testBuildFailure (fileOf {
    policies.fetch = [
      {
        text = "package mcp.fetch\n\ndefault allow := false\n";
        tests = "package mcp.fetch_test\n\nimport data.mcp.fetch\n\ntest_it if fetch.allow with input as {}\n";
      }
    ];
  });
}
// vmTests
