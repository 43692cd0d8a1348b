#!/bin/bash
# Boots the Debian rootfs of container.sh under its own kernel, to test what the
# container cannot have: cgroup v2 controllers (MemoryMax, TasksMax, CPUQuota),
# BPF (IPAddressDeny/Allow), nftables, an honest OOM killer.
#
#   vm.sh [--engine uml|tcg] ROOTFS [--closure LIST] [--units DIR] [--timeout S] [--mem MB] -- SCRIPT
#
# uml (default): Debian's user-mode-linux 6.12, near-native speed, ~20 CPU-s for
#   boot + test + poweroff. No Landlock, one CPU.
# tcg: QEMU emulation with Debian's cloud kernel and an NVMe root (built into
#   that kernel: no initrd). ~55 CPU-s. Has Landlock.
# Tools come from $RIGROOT (setup.sh). Exit status = SCRIPT's.
set -euo pipefail
RIGROOT=${RIGROOT:-$HOME/.cache/mcp-v8/rig}
if [ "${RIG_MNT:-}" != 1 ]; then RIG_MNT=1 exec unshare --mount --propagation private "$0" "$@"; fi
mountpoint -q "$RIGROOT/proc" || mount -t proc proc "$RIGROOT/proc"
mountpoint -q "$RIGROOT/dev" || { mount --bind /dev "$RIGROOT/dev"; mount --bind /dev/shm "$RIGROOT/dev/shm"; }
engine=uml
if [ "$1" = --engine ]; then engine=$2; shift 2; fi
rootfs=$(readlink -f "$1"); shift
closure= units= timeout=900 mem=1024
while [ "$1" != -- ]; do
  case $1 in
    --closure) closure=$2;; --units) units=$2;; --timeout) timeout=$2;; --mem) mem=$2;;
    *) echo "unknown option $1" >&2; exit 2;;
  esac; shift 2
done; shift
script=$1
rel=${rootfs#"$RIGROOT"}
work=$(mktemp -d "$RIGROOT/tmp/vm.XXXXXX"); wrel=${work#"$RIGROOT"}
trap 'rm -rf "$work"' EXIT

# --- base image, made once per rootfs -------------------------------------
base=$rootfs.ext4 s=$rootfs/etc/systemd/system
cat > "$work/setup" <<'U'
[Unit]
Description=Install what is under test
[Service]
Type=oneshot
RemainAfterExit=yes
StandardOutput=tty
TTYPath=/dev/ttyS1
StandardError=inherit
ExecStart=/bin/bash -c 'mkdir -p /rig /nix; d=/dev/ubdb; [ -b $$d ] || d=/dev/nvme0n2; mount -o ro $$d /rig; mount --bind /rig/nix /nix; for u in /rig/units/*; do [ -L "$$u" ] && ln -sf "$$(readlink "$$u")" /run/systemd/system/; done; systemctl daemon-reload; ip link set lo up; systemctl start --no-block rig-test.service'
[Install]
WantedBy=multi-user.target
U
cat > "$work/test" <<'U'
[Unit]
After=rig-setup.service
Requires=rig-setup.service
[Service]
Type=oneshot
StandardOutput=tty
TTYPath=/dev/ttyS1
StandardError=inherit
ExecStart=/bin/bash /rig/test.sh
ExecStopPost=/bin/bash -c 'echo "--- guest uptime $(cut -d" " -f1 /proc/uptime) s"; echo "RIG-STATUS $EXIT_STATUS"; systemctl --no-block poweroff -ff'
U
if [ ! -e "$base" ] || [ "$rootfs/etc" -nt "$base" ] || [ "$rootfs/usr/bin" -nt "$base" ] || ! cmp -s "$work/setup" "$s/rig-setup.service"; then
  cp "$work/setup" "$s/rig-setup.service"; cp "$work/test" "$s/rig-test.service"
  mkdir -p "$s/multi-user.target.wants"; ln -sf ../rig-setup.service "$s/multi-user.target.wants/"
  # nothing of these is under test, and each costs emulated seconds
  for u in systemd-udev-trigger systemd-hwdb-update systemd-update-utmp systemd-random-seed apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer systemd-pcrphase.service getty@tty1 serial-getty@ttyS0; do
    case $u in *.timer|*.service) ;; *) u=$u.service;; esac
    ln -sf /dev/null "$s/$u"
  done
  rm -f "$base"; truncate -s 3G "$base"
  chroot "$RIGROOT" mkfs.ext4 -q -F -O ^has_journal -d "$rel" "$rel.ext4"
fi
# --- second disk: store paths, units, test ---------------------------------
mkdir -p "$work"/d/{nix/store,units}
if [ -n "$closure" ]; then
  while read -r p; do cp -a "$RIGROOT$p" "$work/d/nix/store/"; done < "$closure"
fi
[ -z "$units" ] || cp -a "$units"/. "$work/d/units/"
printf '%s\n' "$script" > "$work/d/test.sh"
sz=$(du -sm "$work/d" | cut -f1); truncate -s $((sz * 13 / 10 + 16))M "$work/data.ext4"
chroot "$RIGROOT" mkfs.ext4 -q -F -O ^has_journal -d "$wrel/d" "$wrel/data.ext4"
: > "$work/log"

start=$(date +%s.%N)
if [ $engine = uml ]; then
  timeout -k 5 "$timeout" chroot "$RIGROOT" sh -c "cd $wrel && TMPDIR=/dev/shm exec linux.uml mem=${mem}M ubd0=cow,$rel.ext4 ubd1r=data.ext4 \
    root=/dev/ubda rw con=null con0=null,fd:1 ssl=null ssl1=null,fd:3 quiet systemd.show_status=no panic=-1 3>>log" > "$work/console" 2>&1 < /dev/null || true
else
  kernel=$(cd "$RIGROOT"; ls .$rel/boot/vmlinuz-*cloud* | tail -1)
  # one TCG thread: QEMU 10.0.13 aborts with thread=multi (iotlb_to_section)
  timeout -k 5 "$timeout" chroot "$RIGROOT" qemu-system-x86_64 -machine q35 -accel tcg,thread=single -cpu max -smp 1 -m "$mem" \
    -nodefaults -display none -no-reboot -net none -kernel "${kernel#.}" \
    -append "root=/dev/nvme0n1 rw console=ttyS0 panic=-1 quiet loglevel=3 random.trust_cpu=on systemd.show_status=no" \
    -device nvme,id=n0,serial=rig \
    -drive "file=$rel.ext4,if=none,id=d0,format=raw,snapshot=on" -device nvme-ns,drive=d0,bus=n0,nsid=1 \
    -drive "file=$wrel/data.ext4,if=none,id=d1,format=raw,snapshot=on" -device nvme-ns,drive=d1,bus=n0,nsid=2 \
    -device virtio-rng-pci -serial "file:$wrel/console" -serial "file:$wrel/log" < /dev/null || echo "--- qemu: exit $?" >&2
fi
end=$(date +%s.%N)
tr -d '\r' < "$work/log" | grep -v -e '^RIG-STATUS' -e '^Powering off' || true
st=$(tr -d '\r' < "$work/log" | sed -n 's/.*RIG-STATUS //p' | tail -1)
[ -n "$st" ] || { echo "--- no status; console:"; tail -30 "$work/console"; st=125; }
awk -v e="$engine" -v a="$start" -v b="$end" 'BEGIN{printf "--- vm (%s): %.1f s\n", e, b-a}' >&2
exit "$st"
