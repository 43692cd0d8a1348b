# The service and the socket of one server.
{ lib, pkgs }:
cfg: file:
let
  inherit (cfg.settings) server transport workers;
  or' = default: value: if value == null then default else value;

  # As the server has them where the configuration is silent.
  drain = or' 10 server.drain_secs;
  startSeconds = or' 10000 workers.start_timeout_ms / 1000;
  tasks = 512 + or' 64 workers.max * or' 64 workers.cgroup_tasks;
in
{
  service = {
    description = "mcp-v8, JavaScript for agents (${cfg.unit})";
    wantedBy = [ "multi-user.target" ];
    wants = lib.optional cfg.outbound "network-online.target";
    after = [
      "network.target"
    ]
    ++ lib.optional cfg.outbound "network-online.target"
    ++ lib.optional cfg.socketActivation "${cfg.unit}.socket";
    requires = lib.optional cfg.socketActivation "${cfg.unit}.socket";
    restartTriggers = [ file.restartTrigger ];
    reloadTriggers = [ file.file ];
    # The server starts nothing but itself. For the capability subprocess, say what there is in
    # systemd.services.<unit>.path.
    enableDefaultPath = false;
    # It is tried again for as long as it takes, more and more slowly: what it needs may be out of reach for long.
    startLimitIntervalSec = 0;

    serviceConfig = {
      Type = "notify";
      NotifyAccess = "main";
      ExecStart = "${lib.getExe cfg.package} --config /etc/mcp-v8/${cfg.unit}.toml";
      ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
      WatchdogSec = 30;
      Restart = "on-failure";
      RestartSec = 2;
      RestartSteps = 6;
      RestartMaxDelaySec = 60;
      # A configuration that is refused: starting again does not help (EX_CONFIG).
      RestartPreventExitStatus = 78;
      TimeoutStartSec = 60 + startSeconds;
      # SIGTERM for the server alone, so that workers end the runs they have; what is left then is killed.
      KillMode = "mixed";
      # Draining, then the last saves.
      TimeoutStopSec = drain + 15;

      StateDirectory = cfg.unit;
      StateDirectoryMode = "0700";
      LoadCredential = lib.mapAttrsToList (name: path: "${name}:${path}") cfg.credentials;

      # Workers are killed on purpose and by the kernel: neither stops the service.
      OOMPolicy = "continue";
      Delegate = "cpu memory pids";
      MemoryMax = "75%";
      TasksMax = tasks;
    }
    // lib.optionalAttrs (cfg.settings.storage.cache != null) {
      CacheDirectory = cfg.unit;
      CacheDirectoryMode = "0700";
    }
    // import ./hardening.nix { inherit lib; } cfg;
  };

  socket = {
    description = "Sockets of mcp-v8 (${cfg.unit})";
    wantedBy = [ "sockets.target" ];
    socketConfig.ListenStream = transport.http.listen;
  };
}
