# The configuration file of one server, judged by the server itself while the system is built.
{ lib, pkgs }:
cfg:
let
  format = pkgs.formats.toml { };
  schema = import ./schema.nix { inherit lib format; };
  settings = schema.prune cfg.settings;
  unchecked = format.generate "${cfg.unit}.toml" settings;

  capabilities = lib.filterAttrs (_: capability: capability != null) cfg.settings.policies;
  rules = lib.concatLists (lib.mapAttrsToList (_: capability: capability.rules or [ ]) capabilities);
  inStore = lib.filter (path: path != null && lib.hasPrefix builtins.storeDir path) (
    map (rule: rule.path or null) rules
  );

  checked =
    pkgs.runCommand "${cfg.unit}.toml"
      {
        preferLocalBuild = true;
        policies = inStore;
      }
      ''
        export STATE_DIRECTORY=$TMPDIR/state
        ${lib.getExe cfg.package} check --config ${unchecked}
        # One without tests is a decision of its author; one with failing tests is not installed.
        for policy in $policies; do
          if [ -n "$(find -L "$policy" -name '*_test.rego' -print -quit)" ]; then
            ${lib.getExe cfg.package} policy test "$policy"
          fi
        done
        cp ${unchecked} "$out"
      '';
in
{
  inherit settings;
  file = if cfg.checkConfig then checked else unchecked;
  # What only a restart puts in force. Policies are read again on a reload, as long as there were some before.
  restartTrigger = builtins.hashString "sha256" (
    builtins.unsafeDiscardStringContext (
      builtins.toJSON (settings // { policies = lib.attrNames (settings.policies or { }); })
    )
  );
}
