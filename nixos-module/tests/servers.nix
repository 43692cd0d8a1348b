# Servers of every kind in one system: what their units look like is in golden/.
{
  services.mcp-v8 = {
    # The least that runs. Nothing in it needs the network, so it has none.
    enable = true;

    instances = {
      # As much as there is.
      full = {
        openFirewall = true;
        credentials = {
          api_token = "/run/secrets/api-token";
          s3_key = "/run/secrets/s3-key";
          s3_secret = "/run/secrets/s3-secret";
        };
        policies.fetch = [
          {
            text = ''
              package mcp.fetch

              default allow := false

              allow if input.url_parsed.host in data.hosts
            '';
            tests = ''
              package mcp.fetch_test

              import data.mcp.fetch

              test_a_listed_host if fetch.allow with input.url_parsed.host as "api.example.org"
              test_another_host if not fetch.allow with input.url_parsed.host as "example.net"
            '';
            data.hosts = [ "api.example.org" ];
          }
        ];
        settings = {
          server.drain_secs = 30;
          transport.http = {
            listen = [
              "192.0.2.1:8090"
              "[::1]:8090"
            ];
            allow_public_without_auth = true;
          };
          storage = {
            kind = "s3";
            encrypt = true;
            s3 = {
              bucket = "heaps";
              endpoint = "https://s3.example.org";
              access_key_id_file = "/run/credentials/mcp-v8-full.service/s3_key";
              secret_access_key_file = "/run/credentials/mcp-v8-full.service/s3_secret";
            };
            cache.path = "/var/cache/mcp-v8-full";
          };
          fetch.headers = [
            {
              origin = "https://api.example.org";
              name = "Authorization";
              prefix = "Bearer ";
              value_file = "/run/credentials/mcp-v8-full.service/api_token";
            }
          ];
          workers.max = 16;
          sessions.max_live = 8;
          limits.execution_timeout_secs = 10;
          log.level = "debug";
        };
      };

      # No memory that is both writable and executable.
      jitless = {
        jitless = true;
        settings.transport.http.listen = [ "127.0.0.1:8091" ];
      };

      # Its own sockets.
      direct = {
        socketActivation = false;
        settings.transport.http.listen = [ "127.0.0.1:8092" ];
      };

      # Policies of paths, and the network for an Open Policy Agent only.
      agent = {
        policies.run_js_file = [ ../../policies/run_js_file/folder ];
        settings = {
          policies.run_js_file.rules = [ { url = "http://127.0.0.1:8181"; } ];
          transport.http.listen = [ "127.0.0.1:8093" ];
        };
      };
    };
  };
}
