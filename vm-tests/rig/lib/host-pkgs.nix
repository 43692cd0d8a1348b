# nixpkgs whose *builders* are the tools of the machine we run on (/bin/bash,
# /usr/bin/...), so that glue derivations (unit files, generated TOML, shell
# scripts, runCommand checks, symlink farms) can really be built without any
# binary cache.  `tools` become packages that only hold symlinks into /usr/bin;
# `extra` adds packages made from local directories (for instance a cargo-built
# binary).  Everything else of nixpkgs still evaluates, but must not be built.
{
  nixpkgs,
  system ? builtins.currentSystem,
  extra ? (_final: _prev: { }),
  config ? { },
}:
let
  # name -> the executables that the stub offers
  tools = {
    bash = [
      "bash"
      "sh"
    ];
    bashInteractive = [
      "bash"
      "sh"
    ];
    bashNonInteractive = [
      "bash"
      "sh"
    ];
    coreutils = "*";
    findutils = [
      "find"
      "xargs"
    ];
    gnugrep = [
      "grep"
      "egrep"
      "fgrep"
    ];
    gnused = [ "sed" ];
    gawk = [
      "awk"
      "gawk"
      "mawk"
    ];
    gnutar = [ "tar" ];
    gzip = [
      "gzip"
      "gunzip"
      "zcat"
    ];
    xz = [
      "xz"
      "unxz"
    ];
    zstd = [ "zstd" ];
    jq = [ "jq" ];
    fakeroot = [ "fakeroot" ];
    rsync = [ "rsync" ];
    pigz = [ "pigz" ];
    curl = [ "curl" ];
    openssl = [ "openssl" ];
    util-linux = "*";
    procps = [
      "ps"
      "pgrep"
      "pkill"
    ];
    iproute2 = [
      "ip"
      "ss"
    ];
    python3 = [ "python3" ];
    patchelf = [ "patchelf" ];
    systemd = [
      "systemctl"
      "systemd-run"
      "systemd-analyze"
      "systemd-creds"
      "systemd-notify"
      "journalctl"
      "systemd-tmpfiles"
    ];
    shellcheck = [ "shellcheck" ];
    shellcheck-minimal = [ "shellcheck" ];
    remarshal = [ "remarshal" ];
    replace-secret = [ "replace-secret" ];
    lndir = [ "lndir" ];
    glibc = [
      "getent"
      "ldd"
    ];
    getent = [ "getent" ];
    glibcLocales = [ ];
    libiconv = [ ];
    tzdata = [ ];
    cacert = [ ];
    kmod = [
      "modprobe"
      "kmod"
    ];
  };
  # further links for the stubs that are not about executables
  links = {
    tzdata = "mkdir -p $out/share; ln -s /usr/share/zoneinfo $out/share/zoneinfo";
    cacert = "mkdir -p $out/etc/ssl/certs; ln -s /etc/ssl/certs/ca-certificates.crt $out/etc/ssl/certs/ca-bundle.crt";
    glibcLocales = "mkdir -p $out/lib/locale; ln -s /usr/lib/locale/C.utf8 $out/lib/locale/C.utf8";
  };

  passthruOf.systemd = [
    "interfaceVersion"
    "kbd"
    "kmod"
    "util-linux"
    "withBootloader"
    "withCryptsetup"
    "withEfi"
    "withFido2"
    "withHostnamed"
    "withImportd"
    "withKmod"
    "withLocaled"
    "withLogind"
    "withMachined"
    "withNetworkd"
    "withNspawn"
    "withPortabled"
    "withRepart"
    "withSysupdate"
    "withTimedated"
    "withTpm2Tss"
    "withTpm2Units"
    "withUtmp"
  ];
  passthruOf.bash = [ "shellPath" ];
  passthruOf.bashInteractive = [ "shellPath" ];
  passthruOf.python3 = [ "pkgs" ];
  # attributes given outright
  attrsOf = self: {
    util-linux = {
      hasCol = true;
      lastlog = self;
      login = self;
      mount = self;
      swap = self;
    };
    python3 = {
      isPy3k = true;
      isPyPy = false;
      interpreter = "/usr/bin/python3";
      executable = "python3";
      pythonVersion = "3.13";
      libPrefix = "python3.13";
      sitePackages = "lib/python3/dist-packages";
      withPackages = _: self;
      pythonOnBuildForHost = self;
    };
  };

  mkStub =
    name: bins: prevPkg:
    let
      d = derivation {
        inherit system;
        name = "host-${name}";
        builder = "/bin/bash";
        PATH = "/usr/bin:/bin:/usr/sbin:/sbin";
        args = [
          "-euc"
          (
            "mkdir -p $out/bin; ln -s bin $out/sbin;"
            + (
              if bins == "*" then
                ''
                  for f in /usr/bin/* /usr/sbin/*; do
                    [ -e "$out/bin/''${f##*/}" ] || ln -s "$f" "$out/bin/"
                  done''
              else
                builtins.concatStringsSep "\n" (
                  map (b: ''p=$(command -v ${b} || echo /usr/bin/${b}); ln -s "$p" $out/bin/${b}'') bins
                )
            )
            + "\n${links.${name} or ""}"
          )
        ];
      };
      # Attributes of the real package that NixOS modules look at; they stay
      # lazy, because forcing the real package from here would recurse.
      inherited = builtins.listToAttrs (
        map (a: {
          name = a;
          value = prevPkg.${a};
        }) (passthruOf.${name} or [ ])
      );
      self =
        d
        // inherited
        // {
          inherit name;
          pname = name;
          version = prevPkg.version;
          outputs = [ "out" ];
          outputName = "out";
          out = self;
          bin = self;
          dev = self;
          lib = self;
          man = self;
          doc = self;
          outputSpecified = false;
          override = _: self;
          overrideAttrs = _: self;
          meta = {
            platforms = [ system ];
            license = [ ];
            mainProgram = if bins == "*" || bins == [ ] then name else builtins.head bins;
          };
          passthru = inherited;
        }
        // (attrsOf self).${name} or { };
    in
    self;

  stubs =
    final: prev:
    builtins.mapAttrs (n: b: mkStub n b (prev.${n} or { })) tools
    // {
      python3Minimal = final.python3;
      runtimeShell = "/bin/bash";
      runtimeShellPackage = final.bash;
      # Tools that nixpkgs would have to compile first: the rig root has stand-ins
      # for them in /usr/local/bin, so the real packages are dropped from the
      # inputs of every runCommand.
      runCommand =
        name: env:
        prev.runCommand name (
          env
          // prev.lib.optionalAttrs (env ? nativeBuildInputs) {
            nativeBuildInputs = builtins.filter (
              d:
              !(builtins.elem (d.pname or "") [
                "json2x"
                "yj"
                "remarshal"
              ])
            ) env.nativeBuildInputs;
          }
        );
    };
in
import nixpkgs {
  inherit system;
  config = {
    allowUnfree = true;
  }
  // config;
  stdenvStages = args: import ./host-stdenv.nix (args // { inherit nixpkgs; });
  overlays = [
    stubs
    extra
  ];
}
