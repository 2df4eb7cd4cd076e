# shellcheck shell=sh # runs within a script of ours
# Arguments: image name, base image, blob folder, container configuration as JSON, layer digests.
image=$1 base=$2 blobs=$3 config=$4
shift 4

# Prints the layers of images, one image a line: sha256:… sha256:…
layers_of() { docker image inspect --format '{{join .RootFS.Layers " "}}' "$@"; }

# What a run that was killed left.
rm -rf --one-file-system /var/tmp/jernverk-image.*
work=$(mktemp -d /var/tmp/jernverk-image.XXXXXX)
trap 'rm -rf "$work"' EXIT

stack=$(layers_of "$base")
layers=
for layer in $stack; do layers="$layers,\"${layer#sha256:}\""; done
diffs=$stack
known=$(docker image ls --quiet --no-trunc 'jernverk/*' | sort -u)
# shellcheck disable=SC2086 # each image is a word
[ -z "$known" ] || known=$(layers_of $known)

# A layer that Docker has on the same layers is left out of the archive.
for digest; do
  diffs="$diffs sha256:$digest"
  layers="$layers,\"$digest\""
  case "
$known " in
    *"
$diffs "*) ;;
    *) ln -s "$blobs/$digest" "$work/$digest" ;;
  esac
done
ids=
for diff in $diffs; do ids="$ids,\"$diff\""; done

architecture=$(docker image inspect --format '{{.Architecture}}' "$base")
printf '{"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z","config":%s,"rootfs":{"type":"layers","diff_ids":[%s]}}' \
  "$architecture" "$config" "${ids#,}" > "$work/config.json"
printf '[{"Config":"config.json","RepoTags":["%s"],"Layers":[%s]}]' "$image" "${layers#,}" > "$work/manifest.json"
tar -c -h -C "$work" . | docker image load --quiet >/dev/null
