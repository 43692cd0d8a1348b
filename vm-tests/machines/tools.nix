# What the machines of all tests have beside the service: the tools that scenarios use.
{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.curl
    pkgs.iproute2
    pkgs.procps
    pkgs.util-linux
  ];
  virtualisation.memorySize = 2048;
}
