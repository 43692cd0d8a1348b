# One rule of a capability's policy as the module takes it, and as a directory that the server reads.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  json = pkgs.formats.json { };

  written = types.submodule {
    options = {
      path = mkOption {
        type = types.nullOr types.path;
        default = null;
        description = "A `.rego` file or a directory of them, instead of `text`.";
      };
      text = mkOption {
        type = types.lines;
        default = "";
        description = "The policy in Rego. Its package is `mcp.` and the capability (`mcp.tools` for `mcp_tools`).";
      };
      tests = mkOption {
        type = types.lines;
        default = "";
        description = "Tests in Rego (rules named `test_*`), run when the system is built.";
      };
      data = mkOption {
        inherit (json) type;
        default = { };
        description = "What the policy finds under `data`. Readable by every user: no secrets.";
      };
    };
  };
in
{
  type = types.coercedTo types.path (path: { inherit path; }) (
    types.coercedTo types.str (text: { inherit text; }) written
  );

  # capability: name; rule: as above.
  directory =
    capability: rule:
    if rule.path != null then
      "${rule.path}"
    else
      toString (
        pkgs.linkFarm "mcp-v8-policy-${capability}" (
          {
            "policy.rego" = pkgs.writeText "policy.rego" rule.text;
          }
          // lib.optionalAttrs (rule.tests != "") {
            "policy_test.rego" = pkgs.writeText "policy_test.rego" rule.tests;
          }
          // lib.optionalAttrs (rule.data != { }) { "data.json" = json.generate "data.json" rule.data; }
        )
      );
}
