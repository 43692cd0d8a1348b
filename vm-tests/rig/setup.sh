#!/bin/bash
# Makes the root that the local runner works in: Debian trixie with Nix 2.26, a root file system for the machines of
# tests, user-mode Linux and QEMU. Needs root, debootstrap and a Debian mirror, and no Nix cache. About 5 minutes and
# 2 GB; running it again does only what is missing.
set -euo pipefail
RIGROOT=${RIGROOT:-$HOME/.cache/mcp-v8/rig}
uri=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)

if [ ! -x "$RIGROOT/usr/bin/nix" ]; then
  debootstrap --variant=minbase trixie "$RIGROOT" "${uri:?no Debian mirror in the apt sources}"
  printf '#!/bin/sh\nexit 101\n' > "$RIGROOT/usr/sbin/policy-rc.d"; chmod +x "$RIGROOT/usr/sbin/policy-rc.d"
  chroot "$RIGROOT" sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
    nix-bin ca-certificates python3 python3-tomli-w jq procps git curl zstd xz-utils file shellcheck'
fi
mkdir -p "$RIGROOT/etc/nix"
cat > "$RIGROOT/etc/nix/nix.conf" <<'C'
experimental-features = nix-command flakes
sandbox = false
build-users-group =
substituters =
flake-registry =
C
cat > "$RIGROOT/usr/local/bin/json2x" <<'C'
#!/usr/bin/python3
# Stand-in for nixpkgs' json2x:  json2x toml [--unwrap KEY] IN OUT
import json, sys, tomli_w
a = sys.argv[1:]; assert a.pop(0) == "toml"
key = None
if a[0] == "--unwrap": a.pop(0); key = a.pop(0)
v = json.load(open(a[0])); v = v[key] if key else v
open(a[1], "w").write(tomli_w.dumps(v))
C
chmod +x "$RIGROOT/usr/local/bin/json2x"

chroot "$RIGROOT" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
  mmdebstrap e2fsprogs user-mode-linux qemu-system-x86 seabios'
if [ ! -e "$RIGROOT/srv/deb13/usr/lib/systemd/systemd" ]; then
  mount --bind /proc "$RIGROOT/proc"; mount --bind /dev "$RIGROOT/dev"
  chroot "$RIGROOT" mmdebstrap --mode=root --variant=minbase \
    --include=systemd,systemd-sysv,dbus,linux-image-cloud-amd64,python3,jq,curl,openssl,ca-certificates,iproute2,nftables,strace,socat,procps \
    trixie /srv/deb13 "${uri:?no Debian mirror in the apt sources}"
  umount "$RIGROOT/dev" "$RIGROOT/proc"
  : > "$RIGROOT/srv/deb13/etc/machine-id"
fi

# moto for s3-moto.nix: the Python of the machines is not the one of this host.
packages=$RIGROOT/srv/deb13/usr/lib/python3/dist-packages
if [ ! -e "$packages/moto" ]; then
  wheels=$(mktemp -d)
  pip download --quiet --no-deps --python-version 3.13 --only-binary=:all: --platform manylinux2014_x86_64 \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_34_x86_64 -d "$wheels" \
    -r "$(dirname "$(readlink -f "$0")")/../../xtask/src/s3/requirements.txt"
  for wheel in "$wheels"/*.whl; do python3 -m zipfile -e "$wheel" "$packages"; done
  rm -r "$wheels"
fi
echo "ready: RIGROOT=$RIGROOT"
