# The units for distributions other than NixOS, in config/systemd/: those of the least server, with the paths that an
# installation by hand has, and a drop-in for servers that reach the network.
{ lib, units }:
let
  header = ''
    # Written from nixos-module/ by `UPDATE=1 cargo xtask nix module`: change it there. Installing: docs/install/systemd.md.
  '';
  plain =
    lib.replaceStrings
      [
        "@store@/bin/kill"
        "@store@/bin/mcp-v8"
      ]
      [
        "/bin/kill"
        "/usr/local/bin/mcp-v8"
      ];

  # What tells a server with the network from one without.
  names = [
    "IPAddressDeny"
    "PrivateNetwork"
    "RestrictAddressFamilies"
  ];
  isOfNetwork = line: lib.any (name: lib.hasPrefix "${name}=" line) names;
  networkLines = lib.filter isOfNetwork (lib.splitString "\n" units."mcp-v8-agent.service");
  # The unit itself denies every address: that list begins again.
  dropIn = lib.concatLines (
    [
      "[Service]"
      "IPAddressDeny="
    ]
    ++ networkLines
  );
in
{
  "config/systemd/mcp-v8.service" = header + plain units."mcp-v8.service";
  "config/systemd/mcp-v8.socket" = header + plain units."mcp-v8.socket";
  "config/systemd/mcp-v8.service.d/network.conf" = header + dropIn;
}
