#!/bin/sh
# prune-releases KEEP: removes manifests, images and blobs of all but the KEEP releases that ran last.
set -eu
keep=$1
releases=/var/lib/jernverk/releases
blobs=/var/lib/jernverk/blobs/sha256
[ -e "$releases/history" ] || exit 0
kept=" $(head -n "$keep" "$releases/history" | tr '\n' ' ')"
is_kept() { case $kept in *" $1 "*) ;; *) return 1 ;; esac; }

for folder in "$releases"/*/; do
  [ -e "$folder" ] || continue
  release=$(basename "$folder")
  is_kept "$release" || rm -rf "${folder%/}"
done
for image in $(curl -q --noproxy localhost --silent --show-error --unix-socket /run/docker.sock http://localhost/images/json |
  grep -o '"jernverk/[a-z0-9-]*:[^"]*"' | tr -d '"' | sort -u); do
  case $image in jernverk/base:*) continue ;; esac
  # One that a container still stands on goes next time: that is no reason for a deploy to fail.
  is_kept "${image##*:}" || docker image rm "$image" >/dev/null || :
done
docker image prune --force --filter label=jernverk.worker >/dev/null
for blob in "$blobs"/*; do
  [ -e "$blob" ] || continue
  grep -q "${blob##*/}" "$releases"/*/manifest.json || rm -f "$blob"
done
# What an upload left that was cut off.
find "$blobs" -type f -name '.*' -mtime +0 -delete
head -n "$keep" "$releases/history" > "$releases/.history"
sync "$releases/.history"
mv "$releases/.history" "$releases/history"
