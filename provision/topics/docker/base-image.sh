# shellcheck shell=sh # runs within a script of ours
# Arguments: image name, Debian suite, packages with commas, user id and group id of the workers.
image=$1 suite=$2 packages=$3 uid=$4 gid=$5

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if ! ls "/usr/share/keyrings/debian-archive-$suite-stable."* >/dev/null 2>&1; then
  echo "the base image needs the archive keys of Debian $suite, and $keyring does not have them: update the package debian-archive-keyring" >&2
  exit 1
fi

# What a run that was killed left.
rm -rf --one-file-system /var/tmp/jernverk-base.*
work=$(mktemp -d /var/tmp/jernverk-base.XXXXXX)
trap 'rm -rf "$work"' EXIT
# mmdebstrap unpacks 300 MB, by default in /tmp, which may be small or memory. apt's own user has to get in there.
chmod 711 "$work"
export TMPDIR="$work"

# The host's own mirrors and proxies, as its apt knows them.
# shellcheck disable=SC2016 # apt fills it in
mirror_of() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Label: $1" | head -n 1; }
main=$(mirror_of Debian)
security=$(mirror_of Debian-Security)
(umask 077 && apt-config dump | grep -E '^Acquire::(http|https|ftp)::' > "$work/apt.conf") || :
if [ -z "$main" ]; then
  echo 'apt on this host knows no mirror of Debian: run apt-get update, or look into /etc/apt/sources.list.d' >&2
  exit 1
fi

# Packages are unpacked, not configured: no maintainer script runs, so this works in any container.
if ! mmdebstrap --quiet --variant=extract --include="$packages" --keyring="$keyring" \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt="$work/apt.conf" \
  --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$work/base.tar" "deb $main $suite main" ${security:+"deb $security $suite-security main"} 2> "$work/log"; then
  tail -n 20 "$work/log" >&2
  exit 1
fi

# What the maintainer scripts would have made: the accounts and the bundle of certificates.
mkdir -p "$work/extra/etc/ssl/certs"
printf '%s\n' 'root:x:0:0:root:/root:/usr/sbin/nologin' "worker:x:$uid:$gid::/nonexistent:/usr/sbin/nologin" > "$work/extra/etc/passwd"
printf '%s\n' 'root:x:0:' "worker:x:$gid:" > "$work/extra/etc/group"
tar -x -f "$work/base.tar" -C "$work" --wildcards './usr/share/ca-certificates/mozilla/*.crt'
cat "$work"/usr/share/ca-certificates/mozilla/*.crt > "$work/extra/etc/ssl/certs/ca-certificates.crt"
tar -r -f "$work/base.tar" --owner=0 --group=0 -C "$work/extra" ./etc/passwd ./etc/group ./etc/ssl/certs/ca-certificates.crt

docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' "$work/base.tar" "$image" >/dev/null
