#!/usr/bin/env bash
# Copy this package to a device over SSH, verify it there and run its self-test.
#
#   PI_HOST=address PI_USER=user bash scripts/deploy_to_pi.sh [--dry-run]
#
# PI_PORT (22), PI_KEY (ssh's default keys) and PI_KNOWN_HOSTS (~/.ssh/known_hosts) may be given. The device's host key
# must already be known: compare the fingerprint that `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the
# device itself. Nothing is installed and no root rights are used. The package goes to
# ~/.local/share/motiflow/<package id>, and `current` beside it points to it.
set -euo pipefail

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"; }
dry_run=false
case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  --dry-run) dry_run=true ;;
  "") ;;
  *) usage >&2; exit 2 ;;
esac

: "${PI_HOST:?set PI_HOST to the address of the device}"
: "${PI_USER:?set PI_USER to the user on the device}"
port=${PI_PORT:-22}
known_hosts=${PI_KNOWN_HOSTS:-$HOME/.ssh/known_hosts}
[[ $PI_HOST =~ ^[A-Za-z0-9][A-Za-z0-9.:-]*$ ]] || { echo "PI_HOST is no host name or address" >&2; exit 2; }
[[ $PI_USER =~ ^[a-z_][a-z0-9_-]{0,31}$ ]] || { echo "PI_USER is no user name" >&2; exit 2; }
[[ $port =~ ^[0-9]+$ ]] || { echo "PI_PORT is no number" >&2; exit 2; }

root=$(cd "$(dirname "$0")/.." && pwd)
(cd "$root" && sha256sum --quiet -c SHA256SUMS)
id=$(sed -n 's/^ *"id": "\([0-9a-f]\{12\}\)[0-9a-f]*",\{0,1\}$/\1/p' "$root/MANIFEST.json" | head -n 1)
[ -n "$id" ] || { echo "MANIFEST.json names no package id" >&2; exit 1; }

ssh_command=(ssh -F none -T -o BatchMode=yes -o StrictHostKeyChecking=yes -o "UserKnownHostsFile=$known_hosts"
  -o GlobalKnownHostsFile=none -o UpdateHostKeys=no -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no
  -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o ConnectTimeout=10 -p "$port")
if [ -n "${PI_KEY:-}" ]; then ssh_command+=(-o IdentitiesOnly=yes -i "$PI_KEY"); fi
ssh_command+=(-- "$PI_USER@$PI_HOST")

# The remote text is the same for every package but for the id, which is twelve hexadecimal digits.
receive="set -eu; umask 077; base=\$HOME/.local/share/motiflow; mkdir -p \"\$base\"; new=\$base/$id.new; rm -rf \"\$new\"
mkdir \"\$new\"; tar -x -C \"\$new\" -f -; cd \"\$new\"; sha256sum --quiet -c SHA256SUMS; cd ..; rm -rf \"\$base/$id\"
mv \"\$new\" \"\$base/$id\"; ln -sfn $id \"\$base/current\"; echo \"installed \$base/$id\""
check="cd \"\$HOME/.local/share/motiflow/$id\" && python3 scripts/selftest.py"

if $dry_run; then
  echo "would send $(cut -d ' ' -f 3- "$root/SHA256SUMS" | wc -l) files of package $id with:"
  printf '%q ' "${ssh_command[@]}"; echo "< tar"
  echo "would then run there: $check"
  exit 0
fi
(cd "$root" && { cut -d ' ' -f 3- SHA256SUMS; echo SHA256SUMS; } | tar -c -T - -f -) | "${ssh_command[@]}" "$receive"
"${ssh_command[@]}" "$check" < /dev/null
