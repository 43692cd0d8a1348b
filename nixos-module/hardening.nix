# What the service may do: the kernel's part of the confinement, under the jail that every worker closes on itself.
# Each line that is absent or open says why. Measured with V8 150 under systemd 252 and 257.
{ lib }:
cfg:
let
  roots = lib.filter lib.isAttrs (cfg.settings.policies.filesystem.roots or [ ]);
  pathOf = root: root.path or "";
  isWritable = root: root.writable or false == true;
  inHome = lib.any (
    root:
    lib.any (home: lib.hasPrefix home (pathOf root)) [
      "/home"
      "/root"
      "/run/user"
    ]
  ) roots;
  alone = !cfg.outbound && cfg.socketActivation;
  # It listens itself, for programs of this machine only.
  local = !cfg.outbound && lib.all isLoopback (cfg.settings.transport.http.listen or [ ]);
  isLoopback = address: builtins.match "(127\\..*|\\[::1]):[0-9]+" address != null;
in
{
  DynamicUser = true;
  UMask = "0077";
  NoNewPrivileges = true;
  CapabilityBoundingSet = "";
  AmbientCapabilities = "";
  SecureBits = "noroot-locked";
  RestrictSUIDSGID = true;
  RestrictRealtime = true;
  # Workers close themselves in with Landlock and seccomp, which need no namespaces.
  RestrictNamespaces = true;
  LockPersonality = true;
  KeyringMode = "private";
  RemoveIPC = true;

  ProtectSystem = "strict";
  # An empty one can still hold what BindPaths= puts there.
  ProtectHome = if inHome then "tmpfs" else true;
  PrivateTmp = true;
  PrivateDevices = true;
  DevicePolicy = "closed";
  PrivateIPC = true;
  PrivateMounts = true;
  PrivateUsers = true;
  ProtectClock = true;
  ProtectHostname = true;
  ProtectKernelLogs = true;
  ProtectKernelModules = true;
  ProtectKernelTunables = true;
  ProtectProc = "invisible";
  ProcSubset = "pid";
  # A cgroup hierarchy of its own that it may write: each worker gets a cgroup there (workers.cgroup).
  ProtectControlGroups = "private";

  # Off with a compiler: V8 makes code pages writable and executable in turn, and aborts where it cannot.
  MemoryDenyWriteExecute = cfg.jitless;

  SystemCallArchitectures = "native";
  SystemCallErrorNumber = "EPERM";
  SystemCallFilter = [
    "@system-service"
    # V8 protects its code pages with memory keys.
    "@pkey"
    # Workers jail themselves. One by one, because systemd before 257 has no name for them together.
    "landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp"
    "~@privileged @resources @setuid @keyring @memlock @aio"
  ];

  # A socket that systemd opened needs no family and no address; words with systemd and the journal need AF_UNIX.
  RestrictAddressFamilies = [
    "AF_UNIX"
  ]
  ++ lib.optionals (!alone) [
    "AF_INET"
    "AF_INET6"
  ];
  PrivateNetwork = alone;
  # Under every policy, the addresses that cloud metadata is served from are out of reach.
  IPAddressDeny = if alone || local then "any" else "link-local";

  # No LimitAS=: V8 reserves address space by the gigabyte that it never uses.
  LimitCORE = 0;
  LimitMEMLOCK = 0;
  LimitNOFILE = 65536;
}
// lib.optionalAttrs cfg.socketActivation { SocketBindDeny = "any"; }
// lib.optionalAttrs (local && !alone) { IPAddressAllow = "localhost"; }
// lib.optionalAttrs (roots != [ ]) {
  BindPaths = map pathOf (lib.filter isWritable roots);
  BindReadOnlyPaths = map pathOf (lib.filter (root: !(isWritable root)) roots);
}
