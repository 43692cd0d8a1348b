# What config/schema.json says, in Nix: an option for every key, and walks over a configuration along the schema.
# There is nothing generated here that could be out of date: the schema is read at evaluation.
{ lib, format }:
let
  inherit (lib) mkOption types;

  schema = lib.importJSON ../config/schema.json;
  anything = format.type.nestedTypes.elemType;

  # A section with its keys. What this version does not know passes here, and is refused by `mcp-v8 check` at build.
  section =
    node:
    types.submodule {
      freeformType = format.type;
      options = lib.mapAttrs (_: option) node.properties;
    };

  integer =
    node:
    if node ? minimum && node ? maximum then
      types.ints.between node.minimum node.maximum
    else
      types.int;

  typeOf =
    node:
    if node ? enum then
      types.enum node.enum
    else if node ? properties then
      section node
    else
      {
        array = types.listOf (typeOf (node.items or { }));
        boolean = types.bool;
        integer = integer node;
        number = types.number;
        object = types.attrsOf (typeOf (node.additionalProperties or { }));
        string = types.str;
      }
      .${node.type or "any"} or anything;

  # A section that is always there; the others change the server by their presence.
  isPlain = node: node ? properties && node ? default;

  option =
    node:
    mkOption (
      {
        description = node.description or "One entry.";
      }
      // (
        if isPlain node then
          {
            type = typeOf node;
            default = { };
          }
        else
          {
            type = types.nullOr (typeOf node);
            default = null;
            defaultText =
              if node ? default && !(node ? properties) then
                lib.literalMD "left to the server: `${builtins.toJSON node.default}`"
              else
                lib.literalMD "left out";
          }
      )
      // lib.optionalAttrs (node ? examples) { example = lib.head node.examples; }
    );

  child =
    node: name:
    node.properties.${name}
      or (if lib.isAttrs (node.additionalProperties or null) then node.additionalProperties else null);

  # What is written to the file: keys that were set, and the sections they are in.
  prune =
    node: value:
    if lib.isAttrs value then
      lib.filterAttrs (
        name: kept: kept != null && !(kept == { } && isPlain (lib.defaultTo { } (child node name)))
      ) (lib.mapAttrs (name: prune (lib.defaultTo { } (child node name))) value)
    else if lib.isList value then
      map (prune (node.items or { })) value
    else
      value;

  # Every text in a configuration: { path, name, text, known }, `known` where the schema has the key.
  texts =
    path: node: value:
    if lib.isString value then
      [
        {
          inherit path;
          name = lib.last path;
          text = value;
          known = node != null;
        }
      ]
    else if lib.isList value then
      lib.concatLists (lib.imap0 (index: texts (path ++ [ (toString index) ]) (node.items or null)) value)
    else if lib.isAttrs value then
      lib.concatLists (
        lib.mapAttrsToList (
          name: texts (path ++ [ name ]) (if node == null then null else child node name)
        ) value
      )
    else
      [ ];
in
{
  type = section schema;
  prune = prune schema;
  texts = texts [ ] schema;
  # Whether the configuration has this key at all.
  has =
    path: lib.foldl (node: name: if node == null then null else child node name) schema path != null;
  capabilities = lib.attrNames schema.properties.policies.properties;
}
