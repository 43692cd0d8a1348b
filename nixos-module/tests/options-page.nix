# docs/install/options.md: the options of the module as Markdown. The keys of `settings` are docs/install/settings.md,
# which `cargo test -p xtask` writes from config/schema.json, without Nix.
{ lib, pkgs }:
let
  inherit
    (lib.evalModules {
      modules = [
        ../default.nix
        {
          _module.check = false;
          _module.args = { inherit pkgs; };
        }
      ];
    })
    options
    ;
  isOwn =
    name:
    lib.hasPrefix "services.mcp-v8." name
    && !lib.hasPrefix "services.mcp-v8.settings." name
    # The same options once more, with three exceptions.
    && (
      !lib.hasPrefix "services.mcp-v8.instances.<name>." name
      || lib.elem (lib.removePrefix "services.mcp-v8.instances.<name>." name) [
        "credentialsDirectory"
        "enable"
        "package"
      ]
    );
  shown = lib.filter (option: isOwn option.name && !option.internal) (
    lib.optionAttrSetToDocList options.services.mcp-v8
  );

  text = value: value.text or (toString value);
  code =
    value:
    if lib.hasInfix "\n" value then
      "\n\n  ```nix\n${
        lib.concatMapStringsSep "\n" (row: if row == "" then row else "  ${row}") (
          lib.splitString "\n" (lib.trim value)
        )
      }\n  ```"
    else
      " `${value}`";
  line =
    label: value: lib.optionalString (value != null) "- ${label}:${code (lib.trim (text value))}\n";
  plain =
    label: value:
    if (value._type or "") == "literalMD" then "- ${label}: ${value.text}\n" else line label value;

  section = option: ''
    ## `${option.name}`

    ${lib.trim (text option.description)}

    - Type: ${option.type}${lib.optionalString option.readOnly ", read-only"}
    ${lib.trim (plain "Default" (option.default or null) + plain "Example" (option.example or null))}
  '';
in
''
  # Options of the NixOS module

  Written from nixos-module/ by `UPDATE=1 cargo xtask nix module`. The keys of `settings` are in
  [settings.md](settings.md); every option is also one of each `services.mcp-v8.instances.<name>`.

''
+ lib.replaceStrings [ "‹" "›" ] [ "<" ">" ] (lib.concatStringsSep "\n" (map section shown))
