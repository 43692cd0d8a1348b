# The program, built with the compiler of nixpkgs and the pinned V8 archive. No vendor hash: Cargo.lock has them all.
{
  lib,
  rustPlatform,
  callPackage,
  versionCheckHook,
  # Another archive of the same version, for example `deno.librusty_v8` of a nixpkgs that has it, built from source.
  v8-archive ? callPackage ./v8-archive.nix { },
}:
let
  root = ../..;
in
rustPlatform.buildRustPackage {
  pname = "mcp-v8";
  inherit ((lib.importTOML (root + "/Cargo.toml")).workspace.package) version;
  __structuredAttrs = true;
  strictDeps = true;

  # Only what cargo reads, so that a change of the documentation rebuilds nothing.
  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      (root + "/.cargo")
      (root + "/Cargo.toml")
      (root + "/Cargo.lock")
      (root + "/clients")
      (root + "/config")
      (root + "/policies")
      (root + "/server")
      (root + "/xtask")
    ];
  };
  cargoLock.lockFile = root + "/Cargo.lock";
  cargoBuildFlags = [
    "--package=mcp-v8-app"
    "--bin=mcp-v8"
  ];
  env = {
    RUSTY_V8_ARCHIVE = v8-archive;
    AWS_LC_SYS_NO_JITTER_ENTROPY = "1";
  };

  # Tests start jailed workers, which not every build sandbox allows: `checks.unit-tests` has those that do not.
  doCheck = false;

  postInstall = ''
    mkdir -p "$out/share/mcp-v8"
    cp -r config/reference.toml config/schema.json policies "$out/share/mcp-v8/"
  '';

  doInstallCheck = true;
  nativeInstallCheckInputs = [ versionCheckHook ];
  postInstallCheck = ''
    STATE_DIRECTORY=$TMPDIR/state "$out/bin/mcp-v8" check --config "$out/share/mcp-v8/reference.toml"
    "$out/bin/mcp-v8" policy test "$out/share/mcp-v8/policies"
  '';

  passthru = { inherit v8-archive; };

  meta = {
    description = "MCP server that runs JavaScript in jailed V8 worker processes";
    license = lib.licenses.agpl3Plus;
    mainProgram = "mcp-v8";
    # The jail is Landlock and seccomp: elsewhere there is none, and the server says so.
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
      "aarch64-darwin"
    ];
    sourceProvenance = [
      lib.sourceTypes.fromSource
      lib.sourceTypes.binaryNativeCode
    ];
  };
}
