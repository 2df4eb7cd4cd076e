/** The control groups of the broker and of two slots, without the names of their own. */
export const groups = `for pid in $(systemctl show --property=MainPID --value rabbitmq-server) $(docker ps --quiet | xargs docker inspect --format '{{.State.Pid}}'); do
  sed -n 's|^0::\\(/jernverk.slice/[^/]*\\)/.*|\\1|p' "/proc/$pid/cgroup"
done`;

/** Starts so many programs that only spin in one of our two slices. */
export const spin = (slice: 'broker' | 'slots', count: number, seconds: number): string =>
  `for number in $(seq ${count}); do
  systemd-run --quiet --slice=jernverk-${slice}.slice --unit="spin-${slice}-$number" timeout ${seconds} sh -c 'while :; do :; done'
done`;

/** Prints how many percent of 20 seconds of processor time in both slices go to the broker's, if both want all there is. */
export const brokerShare = `${spin('slots', 6, 60)}
${spin('broker', 2, 60)}
used() { sed -n 's/^usage_usec //p' "/sys/fs/cgroup/jernverk.slice/jernverk-$1.slice/cpu.stat"; }
broker=$(used broker) slots=$(used slots)
until [ $(($(used broker) + $(used slots) - broker - slots)) -ge 20000000 ]; do sleep 0.2; done
broker=$(($(used broker) - broker)) slots=$(($(used slots) - slots))
systemctl stop 'spin-*'
echo $((100 * broker / (broker + slots)))`;

export const equalWeights =
  'for slice in broker slots; do systemctl set-property --runtime "jernverk-$slice.slice" CPUWeight=100; done';
