#!/bin/bash
# Boots a Debian rootfs with its own systemd as PID 1 in fresh namespaces: no
# KVM, no nspawn, seconds instead of minutes. Real: unit parsing, namespaces,
# seccomp, DynamicUser, credentials, sockets, sd_notify, watchdog, journald,
# `systemd-analyze security`. Not real: kernel, firewall, cgroup controllers
# (where the host has cgroup v1), so no MemoryMax/TasksMax/IPAddressDeny.
#
#   container.sh ROOTFS [--closure LIST] [--units DIR] [--timeout S] [--pre FILE]
#                [--info FILE] [--hostname NAME] -- SCRIPT
#
# ROOTFS is used read-only below an overlay. LIST: file with store paths to bind
# from $STORE (default /nix/store of the rig root). SCRIPT runs as root inside,
# once the system is up; its exit status is ours.
set -euo pipefail
rootfs=$1; shift
closure= units= timeout=120 pre= info= host=rig
while [ "$1" != -- ]; do
  case $1 in
    --closure) closure=$2;; --units) units=$2;; --timeout) timeout=$2;;
    --pre) pre=$2;;         # commands run in the rootfs (chroot) before it boots
    --info) info=$2;;       # file to receive "ROOT CGROUP"
    --hostname) host=$2;;
    *) echo "unknown option $1" >&2; exit 2;;
  esac; shift 2
done; shift
script=$1
store=${STORE:-$HOME/.cache/mcp-v8/rig/nix/store}
work=$(mktemp -d /tmp/container.XXXXXX)
cg=/sys/fs/cgroup/unified; [ -d $cg ] || cg=/sys/fs/cgroup
cgdir=$cg/rig-$$
cleanup() {
  umount -R -l "$work/root" 2>/dev/null || true
  for d in $(find "$cgdir" -depth -type d 2>/dev/null); do rmdir "$d" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT
mkdir -p "$work"/{tmp,root} "$cgdir"
mount -t tmpfs -o size=1g tmpfs "$work/tmp"; mkdir "$work"/tmp/{upper,wd}
mount -t overlay overlay -o "lowerdir=$rootfs,upperdir=$work/tmp/upper,workdir=$work/tmp/wd" "$work/root"
umount -l "$work/tmp"

r=$work/root
mkdir -p $r/nix/store $r/rig
if [ -n "$closure" ]; then
  while read -r p; do cp -a "$store/${p##*/}" $r/nix/store/; done < "$closure"
fi
if [ -n "$units" ]; then
  for u in "$units"/*; do
    [ -L "$u" ] || continue
    n=${u##*/}; t=$(readlink "$u"); ln -sf "$t" "$r/etc/systemd/system/$n"
  done
fi
[ -z "$pre" ] || chroot $r /bin/bash -s < "$pre"
echo "$host" > $r/etc/hostname; printf '127.0.0.1 localhost\n::1 localhost\n' | cat - $r/etc/hosts 2>/dev/null > $r/etc/hosts.rig || true; mv $r/etc/hosts.rig $r/etc/hosts
[ -z "$info" ] || { echo "$r $cgdir" > "$info.tmp"; mv "$info.tmp" "$info"; }
printf '%s\n' "$script" > $r/rig/test.sh; chmod +x $r/rig/test.sh
cat > $r/etc/systemd/system/rig-test.service <<'U'
[Unit]
Description=The test
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /rig/test.sh
StandardOutput=file:/rig/log
StandardError=inherit
ExecStopPost=/bin/bash -c 'echo "$EXIT_STATUS" > /rig/status; systemctl --no-block exit'
U
mkdir -p $r/etc/systemd/system/multi-user.target.wants
ln -sf ../rig-test.service $r/etc/systemd/system/rig.target.wants 2>/dev/null || true
cat > $r/etc/systemd/system/rig.target <<'U'
[Unit]
Requires=multi-user.target
Wants=rig-test.service
After=multi-user.target
AllowIsolate=yes
U
rm -f $r/etc/systemd/system/default.target; ln -s rig.target $r/etc/systemd/system/default.target
: > $r/rig/log

start=$(date +%s.%N)
(
  echo $BASHPID > "$cgdir/cgroup.procs"
  exec timeout -k 5 "$timeout" unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child=SIGKILL bash -c '
    set -e
    r=$1
    mount --make-rprivate /
    ip link set lo up
    hostname $2
    mount -t proc -o nosuid,nodev,noexec proc $r/proc
    mount -t sysfs -o ro,nosuid,nodev,noexec sysfs $r/sys
    mount -t tmpfs tmpfs $r/sys/fs/cgroup 2>/dev/null || true
    umount $r/sys/fs/cgroup 2>/dev/null || true
    mount -t cgroup2 -o nsdelegate cgroup2 $r/sys/fs/cgroup
    mount -t tmpfs -o mode=755,nosuid tmpfs $r/dev
    for d in null zero full random urandom tty; do touch $r/dev/$d; mount --bind /dev/$d $r/dev/$d; done
    mkdir $r/dev/pts $r/dev/shm; mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts $r/dev/pts
    ln -s pts/ptmx $r/dev/ptmx; ln -s /proc/self/fd $r/dev/fd
    for i in 0:stdin 1:stdout 2:stderr; do ln -s /proc/self/fd/${i%:*} $r/dev/${i#*:}; done
    mount -t tmpfs -o mode=1777 tmpfs $r/dev/shm
    mount -t tmpfs -o mode=755,nosuid,nodev tmpfs $r/run
    mount -t tmpfs -o mode=1777 tmpfs $r/tmp
    cd $r; mkdir -p old; pivot_root . old; umount -l old
    mount --make-rshared /   # container managers do this; LoadCredential needs it
    exec env -i container=rig PATH=/usr/sbin:/usr/bin TERM=dumb \
      /lib/systemd/systemd --system --log-target=console --log-level=${RIG_LOG:-err} --show-status=no
  ' container "$r" "$host"
) > "$work/console" 2>&1 < /dev/null &
wait $! 2>/dev/null || true
end=$(date +%s.%N)
cat $r/rig/log
if [ -e $r/rig/status ]; then st=$(cat $r/rig/status); else echo "--- the system did not finish; console:"; tail -50 "$work/console"; st=125; fi
awk -v a=$start -v b=$end 'BEGIN{printf "--- container: %.1f s\n", b-a}' >&2
exit "$st"
