# Bootstrapping stages for a stdenv whose shell, coreutils and C compiler are
# those of the machine (cf. nixpkgs' own pkgs/stdenv/native, which no longer
# evaluates).  Only meant for offline checks, never for a release.
{
  nixpkgs,
  lib,
  localSystem,
  config,
  overlays,
  ...
}:
let
  generic = import (nixpkgs + "/pkgs/stdenv/generic") { defaultConfig = config; };
  system = localSystem.system;
  shell = "/bin/bash";

  raw =
    name: script: attrs:
    let
      d = derivation {
        inherit name system;
        builder = shell;
        PATH = "/usr/bin:/bin:/usr/sbin:/sbin";
        args = [
          "-euc"
          script
        ];
      };
      self =
        d
        // {
          inherit name;
          pname = name;
          version = "0";
          outputs = [ "out" ];
          outputName = "out";
          out = self;
          bin = self;
          dev = self;
          lib = self;
          man = self;
          override = _: self;
          overrideAttrs = _: self;
          meta = { };
          passthru = { };
        }
        // attrs;
    in
    self;

  libc = raw "host-libc" "mkdir -p $out/lib $out/include" { static = libc; };
  link = names: ''
    mkdir -p $out/bin $out/nix-support
    for f in ${names}; do p=$(command -v $f || true); [ -z "$p" ] || ln -s "$p" $out/bin/$f; done
  '';
  bintools =
    raw "host-bintools" (link "ld ar as nm objcopy objdump ranlib readelf size strings strip")
      {
        isGNU = true;
        isLLVM = false;
        targetPrefix = "";
        suffixSalt = "host";
        bintools = bintools;
        inherit libc;
        dynamicLinker = "/lib64/ld-linux-x86-64.so.2";
        hasSharedLibraries = true;
      };
  cc = raw "host-cc" (link "cc gcc g++ c++ cpp") {
    isGNU = true;
    isClang = false;
    isZig = false;
    targetPrefix = "";
    suffixSalt = "host";
    langC = true;
    langCC = true;
    version = "14";
    libcxx = null;
    nativeTools = false;
    nativeLibc = false;
    nativePrefix = "";
    inherit bintools libc;
    cc = cc // { };
    libc_lib = libc;
    libc_dev = libc;
    expand-response-params = "";
    hardeningUnsupportedFlags = [ ];
    defaultHardeningFlags = [ ];
    propagateDoc = false;
    useCcForLibs = false;
  };

  mk =
    {
      cc,
      fetchurl,
      overrides ? (_: _: { }),
    }:
    generic {
      buildPlatform = localSystem;
      hostPlatform = localSystem;
      targetPlatform = localSystem;
      preHook = ''
        export NIX_ENFORCE_PURITY=
        export NIX_ENFORCE_NO_NATIVE=0
        export NIX_BUILD_CORES="''${NIX_BUILD_CORES:-1}"
      '';
      initialPath = [
        "/"
        "/usr"
        "/usr/local"
      ];
      fetchurlBoot = fetchurl;
      extraNativeBuildInputs = [ ];
      inherit shell cc overrides;
    };
in
[
  (
    { }:
    rec {
      __raw = true;
      stdenv = mk {
        cc = null;
        fetchurl = null;
      };
      stdenvNoCC = stdenv;
      inherit cc;
      fetchurl = import (nixpkgs + "/pkgs/build-support/fetchurl") {
        inherit lib stdenvNoCC;
        curl = null;
        hashedMirrors = [ ];
        rewriteURL = url: url;
      };
    }
  )
  (prevStage: {
    inherit config overlays;
    stdenv =
      mk {
        inherit (prevStage) cc fetchurl;
        # nixpkgs' own fetchurl needs nixpkgs' own curl: the host's will do
        overrides = _: _: { inherit (prevStage) fetchurl; };
      }
      // {
        inherit (prevStage) fetchurl;
      };
  })
]
