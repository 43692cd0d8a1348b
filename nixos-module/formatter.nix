# `nix fmt`: every Nix file of the repository, as `cargo xtask nix lint` checks it.
pkgs:
pkgs.writeShellApplication {
  name = "format-nix";
  runtimeInputs = [
    pkgs.git
    (pkgs.nixfmt-rs or pkgs.nixfmt)
  ];
  text = ''
    git ls-files -z -- '*.nix' | xargs -0 nixfmt "$@"
  '';
}
