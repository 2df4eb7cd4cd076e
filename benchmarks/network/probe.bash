# Measures round trips to many targets side by side and prints a line a sample, its fields parted by tabs:
#
#   INDEX udp MICROSECONDS      answered; timed here, from before sending until after reading
#   INDEX tcp LINE-OF-SS        connected; the kernel's own round trip is in the line
#   INDEX lost REASON           no answer, a wrong one, or nothing could be sent
#   INDEX stop REASON           the server asked not to be asked again
#
# Arguments: samples a target, microseconds between two of them, samples without any answer after which a target is
# given up; then four a target: tcp, dns or ntp; numeric address; port; for dns the question as escapes of printf.
# One sample has at most one packet that asks: nothing is sent again but the kernel's own SYN.
export LC_ALL=C
count=$1 interval=$2 patience=$3
shift 3

# Seconds. The kernel sends a lost SYN again after 1 s: within this time it does so once, and `ss` tells.
tcp_timeout=2
udp_timeout=1

# EPOCHREALTIME is in microseconds. A variable, since a subshell would cost more than a near server's round trip.
look_at_clock() {
  now=${EPOCHREALTIME/./}
}

# Never longer than one interval: the clock may be set while we wait.
wait_until() {
  local left seconds
  look_at_clock
  left=$(($1 - now))
  ((left > 0)) || return 0
  ((left <= interval)) || left=$interval
  printf -v seconds '%d.%06d' $((left / 1000000)) $((left % 1000000))
  sleep "$seconds"
}

answered() {
  heard=yes
  printf '%d\t%s\t%s\n' "$index" "$1" "$2"
}

lost() {
  printf '%d\tlost\t%s\n' "$index" "$1"
}

# A connection of its own for each sample: its first round trip is that of SYN and SYN-ACK, which the server's kernel
# answers. Found by its inode: other programs may have connections to the same place.
# shellcheck disable=SC2016
connection='
exec 3<>"/dev/tcp/$1/$2" || exit 1
socket=$(readlink /proc/self/fd/3)
inode=${socket//[!0-9]/}
while IFS= read -r line; do
  if [[ "$line " == *" ino:$inode "* ]]; then
    printf "%s\n" "$line"
    exit 0
  fi
done < <(ss -tineHO dst "[$1]" dport = ":$2")
echo "connected, but ss does not list it" >&2
exit 1
'

sample_tcp() {
  local output status
  output=$(timeout "$tcp_timeout" bash -c "$connection" bash "$address" "$port" 2>&1)
  status=$?
  case $status in
    0) answered tcp "$output" ;;
    124) lost "no answer within $tcp_timeout s" ;;
    *) lost "${output##*: }" ;;
  esac
}

# Sends `packet` and reads the first `$1` bytes of the answer. A socket of its own for each: a late answer to an earlier
# one reaches nobody. One read takes one datagram; bash drops bytes that are 0, so none of those read may be 0.
exchange() {
  local before
  answer='' status=1 elapsed=0
  {
    look_at_clock
    before=$now
    # shellcheck disable=SC2059
    if printf "$packet" >&3; then
      IFS= read -r -N "$1" -t "$udp_timeout" -u 3 answer
      status=$?
    fi
    look_at_clock
    elapsed=$((now - before))
  } 3<>"/dev/udp/$address/$port"
} 2>/dev/null

# True where nothing came. The status of `read` is above 128 after its time-out.
nothing_came() {
  [[ -z $answer ]] || return 1
  if ((status > 128)); then
    lost "no answer within $udp_timeout s"
  else
    lost 'refused or unreachable'
  fi
}

# A byte from ! to ~, as an escape: not 0, not special to bash, and no end of a line, before which bash would cut the
# datagram in two.
choose_byte() {
  printf -v escape '\\x%02x' $((33 + SRANDOM % 94))
}

# RFC 1035: number, flags 0 (no recursion), one question. In an answer the first bit of the flags is 1.
sample_dns() {
  local escape id flags
  choose_byte
  id=$escape
  choose_byte
  id+=$escape
  packet="$id\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00$question"
  exchange 3
  nothing_came && return
  printf -v id '%b' "$id"
  printf -v flags '%d' "'${answer:2:1}"
  if [[ ${answer:0:2} == "$id" ]] && ((flags & 128)); then
    answered udp "$elapsed"
  else
    lost 'wrong answer'
  fi
}

printf -v zeros '\\x00%.0s' {1..39}

# RFC 5905: version 4, mode 3 (client); the last 8 bytes are our time stamp, which servers send back, here random. A
# server answers in mode 4. Its stratum, the second byte, is 0 in a "kiss of death", which means: go away.
sample_ntp() {
  local escape mode
  packet="\\x23$zeros"
  for _ in {1..8}; do
    choose_byte
    packet+=$escape
  done
  exchange 2
  nothing_came && return
  printf -v mode '%d' "'${answer:0:1}"
  if (((mode & 7) != 4)); then
    lost 'wrong answer'
  elif ((${#answer} < 2)); then
    printf '%d\tstop\tthe server asked not to be asked (NTP kiss of death)\n' "$index"
    stopped=yes
  else
    answered udp "$elapsed"
  fi
}

# A sample that is late moves those after it: two are never closer than the interval.
probe() {
  local index=$1 next=$2 protocol=$3 address=$4 port=$5 question=$6
  local stopped=no heard=no sent packet answer status elapsed
  for ((sent = 1; sent <= count; sent++)); do
    wait_until "$next"
    look_at_clock
    next=$((now + interval))
    "sample_$protocol"
    [[ $stopped == no ]] || return 0
    [[ $heard == yes ]] || ((sent < patience)) || return 0
  done
}

# Not all at the same moment: they would wait for each other's processor.
targets=$(($# / 4))
for ((target = 0; target < targets; target++)); do
  look_at_clock
  probe "$target" $((now + interval * target / targets)) "$1" "$2" "$3" "$4" &
  shift 4
done
wait
