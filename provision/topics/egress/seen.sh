#!/bin/sh
# seen sample      adds what the kernel counted since the last time to the file of destinations
# seen load FILE   the same, then loads a table's rules, which begins its counters anew
# seen heal        has a table of ours loaded again that somebody flushed with all others: nft -f /etc/nftables.conf does
# Jernverk owns this file and writes it whole.
set -eu
umask 022
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=/var/lib/jernverk/egress
file=$folder/destinations.tsv
state=/run/jernverk/seen
# Lines kept, those last seen first: some 2 MB.
most=20000
mkdir -p "$state"
work=$(mktemp -d "$state/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# A line for each element of a set: kind, then its fields as they stand.
elements() {
  nft -n list set inet "$1" "$2" 2>/dev/null | tr '\n\t' '  ' | sed 's/^.*elements = { *//; s/ *}.*$//' | tr ',' '\n' |
    awk -v kind="$3" '$2 == "." && $4 == "." { print kind, $0 }'
}

# kind source address protocol port packets bytes
counted() {
  {
    for n in 4 6; do
      for plain in '' plain; do
        elements jernverk_seen ${plain}out$n out
        elements jernverk_seen ${plain}in$n in
        elements jernverk_egress ${plain}outside$n outside
      done
    done
  } | awk '
    BEGIN { name[1] = "icmp"; name[6] = "tcp"; name[17] = "udp"; name[33] = "dccp"; name[58] = "icmpv6"; name[132] = "sctp"; name[136] = "udplite" }
    {
      packets = bytes = 0
      for (i = 7; i < NF; i++) { if ($i == "packets") packets = $(i + 1); if ($i == "bytes") bytes = $(i + 1) }
      key = $1 "\t" $2 "\t" $4 "\t" ($6 in name ? name[$6] : $6) "\t" ($7 == "." ? $8 : "-")
      p[key] += packets; b[key] += bytes
    }
    END { for (key in p) printf "%s\t%.0f\t%.0f\n", key, p[key], b[key] }'
}

# Who has an address: this host, or a container that runs now.
sources() {
  ip -o addr show | awk '{ sub("/.*", "", $4); print $4 "\thost" }'
  if command -v docker >/dev/null && systemctl is-active --quiet docker.service; then
    timeout 20 docker ps --quiet | xargs -r timeout 20 docker inspect --format \
      '{{.Name}}{{range .NetworkSettings.Networks}} {{.IPAddress}} {{.GlobalIPv6Address}}{{end}}' 2>/dev/null |
      awk '{ sub("^/", "", $1); for (i = 2; i <= NF; i++) print $i "\tdocker:" $1 }' || :
  fi
}

# Whose a connection of the host is: the process that has it now, or else the users that had it.
owners() {
  ss -tunpH 2>/dev/null | awk '
    {
      peer = $6; port = peer; sub(/^.*:/, "", port); sub(/:[^:]*$/, "", peer); gsub(/[][]/, "", peer); sub(/%.*/, "", peer)
      sub(/^::ffff:/, "", peer)
      if (!match($0, /"[^"]*",pid=[0-9]+/)) next
      process = substr($0, RSTART + 1, RLENGTH - 1); pid = process; sub(/^.*pid=/, "", pid); sub(/".*/, "", process)
      who = "process:" process
      path = "/proc/" pid "/cgroup"
      while ((getline line < path) > 0) {
        if (line ~ /docker-[0-9a-f]+\.scope/) { sub(/^.*docker-/, "", line); who = "docker:" substr(line, 1, 12) }
        else if (line ~ /system\.slice\/.*\.service/) { sub(/^.*\//, "", line); if (line ~ /\.service$/) who = "unit:" line }
      }
      close(path)
      gsub(/[\t ]/, "_", who)
      print "process\t" peer "\t" $1 "\t" port "\t" who
    }'
  for table in jernverk_seen jernverk_egress; do
    for n in 4 6; do elements $table users$n user; done
  done | awk '
    BEGIN { while ((getline line < "/etc/passwd") > 0) { split(line, f, ":"); user[f[3]] = f[1] } }
    { print "user\t" $4 "\t" ($6 == 6 ? "tcp" : $6 == 17 ? "udp" : $6) "\t" $8 "\tuser:" ($2 in user ? user[$2] : $2) }'
}

# The totals so far, the last counters, the names and the counters of now become the new totals.
# A counter that is lower than the last time began anew. Line: kind source who address protocol port packets bytes first last
merge() {
  awk -F '\t' -v OFS='\t' -v now="$(date +%s)" '
    FILENAME ~ /\/totals$/ {
      if ($0 ~ /^#/) next
      key = $1 FS $2 FS $3 FS $4 FS $5 FS $6
      p[key] = $7; b[key] = $8; first[key] = $9; last[key] = $10
      next
    }
    FILENAME ~ /\/last$/ { key = $1 FS $2 FS $3 FS $4 FS $5; wasp[key] = $6; wasb[key] = $7; next }
    FILENAME ~ /\/sources$/ { source[$1] = $2; next }
    FILENAME ~ /\/owners$/ {
      key = $2 FS $3 FS $4
      if ($1 == "process") process[key] = $5
      else if (index(", " user[key] ",", ", " $5 ",") == 0) user[key] = user[key] (key in user && user[key] != "" ? ", " : "") $5
      next
    }
    {
      at = $1 FS $2 FS $3 FS $4 FS $5
      dp = $6 - wasp[at]; db = $7 - wasb[at]
      if (dp < 0 || db < 0) { dp = $6; db = $7 }
      if (dp == 0) next
      from = ($2 in source) ? source[$2] : "other"
      to = $3 FS $4 FS $5
      who = "-"
      if (from == "host") who = (to in process) ? process[to] : (user[to] != "" ? user[to] : "-")
      else if (from != "other") { who = from; from = "container" }
      key = $1 FS (from == "other" ? $2 : from) FS who FS $3 FS $4 FS $5
      if (!(key in first)) first[key] = now
      p[key] += dp; b[key] += db; last[key] = now
    }
    END { for (key in first) printf "%s\t%.0f\t%.0f\t%s\t%s\n", key, p[key], b[key], first[key], last[key] }
  ' "$work/totals" "$work/last" "$work/sources" "$work/owners" "$work/now"
}

lock() {
  exec 9> "$state/lock"
  flock 9
}

account() {
  mkdir -p "$folder"
  counted > "$work/now"
  if [ -e "$state/last" ]; then cp "$state/last" "$work/last"; else : > "$work/last"; fi
  if [ -e "$file" ]; then cp "$file" "$work/totals"; else : > "$work/totals"; fi
  sources > "$work/sources"
  owners > "$work/owners"
  merge | sort -t "$(printf '\t')" -k10,10nr -k1,6 > "$work/lines"
  since=$(sed -n '1s/^# jernverk-destinations\/1 since=\([0-9]*\) .*/\1/p' "$work/totals")
  evicted=$(sed -n '1s/^.* evicted=\([0-9]*\) .*/\1/p' "$work/totals")
  count=$(wc -l < "$work/lines")
  gone=$((count > most ? count - most : 0))
  largest=$(cut -f 1 "$work/now" | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 + 0 } END { if (NR == 0) print 0 }')
  new=$(mktemp "$folder/.destinations.XXXXXX")
  chmod 0644 "$new"
  {
    printf '# jernverk-destinations/1 since=%s sampled=%s evicted=%s largest=%s \n' \
      "${since:-$(date +%s)}" "$(date +%s)" "$((${evicted:-0} + gone))" "$largest"
    head -n "$most" "$work/lines"
  } > "$new"
  sync "$new"
  mv -f "$new" "$file"
  sync "$folder"
  mv -f "$work/now" "$state/last"
}

case ${1-} in
  sample) lock; account ;;
  load)
    table=$(grep -m 1 '^table ' "$2")
    # Nothing to keep where the table is not there, as after a boot or a flush: then no time is lost.
    if nft list tables | grep -qFx "$table"; then
      # The rules count more than the count: a full disk must not keep them from being loaded.
      "$0" sample || echo 'seen: could not keep what was counted so far' >&2
    fi
    lock
    nft -f "$2"
    # Its counters begin at zero and those of the other table go on: what it has counted since is not the last time's.
    case $table in *_seen) kinds='out|in' ;; *) kinds=outside ;; esac
    if [ -e "$state/last" ]; then
      grep -vE "^($kinds)[[:space:]]" "$state/last" > "$work/last" || :
      mv -f "$work/last" "$state/last"
    fi
    ;;
  heal)
    tables=$(nft list tables)
    for name in seen egress; do
      if printf '%s\n' "$tables" | grep -qFx "table inet jernverk_$name"; then continue; fi
      if systemctl is-enabled --quiet "jernverk-$name.service" 2>/dev/null; then
        echo "the table inet jernverk_$name was gone: loading it again"
        systemctl reload-or-restart "jernverk-$name.service"
      fi
    done
    ;;
  *) echo 'usage: seen sample | seen load FILE | seen heal' >&2; exit 2 ;;
esac
