# Tries what a program could want that got out of the jail of a worker, and writes what came of each to the state
# directory. It runs in the place of the server, so with exactly the confinement of the unit.
try() {
  name=$1
  shift
  if "$@" > /dev/null 2>&1; then echo "$name allowed"; else echo "$name refused"; fi
}

{
  try connect timeout 5 curl --silent http://127.0.0.1:8080/healthz
  try resolve timeout 5 getent ahostsv4 machine.example.org
  try list_home ls /root
  try read_shadow cat /etc/shadow
  try write_etc touch /etc/made
  try write_state touch "$STATE_DIRECTORY/made"
  try other_state ls /var/lib/private/mcp-v8
  try user_namespace unshare --user true
  try mount mount -t tmpfs none /tmp
  try other_process cat /proc/1/environ
  try signal_other kill -0 1
  try setuid_file chmod u+s "$STATE_DIRECTORY/made"
} > "$STATE_DIRECTORY/report"
