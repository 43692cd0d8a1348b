# Capabilities: the default of each, fetch under a policy, secrets by LoadCredential, reload.
{
  name = "mcp-v8-policies";
  nodes.machine = {
    imports = [
      ../nixos-module
      ./machines/tools.nix
    ];
    environment.etc."operators-token".text = "from-the-operator";
    services.mcp-v8 = {
      enable = true;
      credentials.token = "/etc/operators-token";
      policies.fetch = [
        {
          text = ''
            package mcp.fetch

            default allow := false

            # Addresses too that no policy opens: what refuses them is not this rule.
            allow if {
              input.url_parsed.host in data.hosts
              input.url_parsed.path == "/a"
            }

            reasons contains "only /a is allowed" if input.url_parsed.path != "/a"
          '';
          tests = ''
            package mcp.fetch_test

            import data.mcp.fetch

            to(host, path) := {"url_parsed": {"host": host, "path": path}}

            test_the_site if fetch.allow with input as to("site", "/a")

            test_another_path if not fetch.allow with input as to("site", "/b")

            test_another_host if not fetch.allow with input as to("example.org", "/a")
          '';
          data.hosts = [
            "site"
            "127.0.0.1"
            "[::1]"
            "10.0.0.1"
            "169.254.169.254"
          ];
        }
      ];
      settings = {
        # The network of the test.
        fetch.allow_cidrs = [ "192.168.1.0/24" ];
        fetch.connect_timeout_secs = 5;
        fetch.headers = [
          {
            origin = "http://site";
            name = "Authorization";
            prefix = "Bearer ";
            value_file = "/run/credentials/mcp-v8.service/token";
          }
        ];
      };
    };
  };
  nodes.site =
    { pkgs, ... }:
    {
      imports = [ ./machines/tools.nix ];
      networking.firewall.allowedTCPPorts = [ 80 ];
      environment.etc."site.py".text = builtins.readFile ./scenarios/site.py;
      systemd.services.site = {
        wantedBy = [ "multi-user.target" ];
        serviceConfig.ExecStart = "${pkgs.python3}/bin/python3 /etc/site.py";
      };
    };
  testScript = builtins.readFile ./scenarios/client.py + builtins.readFile ./scenarios/policies.py;
}
