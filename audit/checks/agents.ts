/**
 * Third-party programs that a host may run. `sends`: sends measurements or logs to its maker or to a server. `acts`:
 * lets somebody from outside run commands or log in.
 */
export interface Agent {
  readonly unit: string;
  readonly name: string;
  readonly does: 'sends' | 'acts';
}

const sends = (name: string, ...units: readonly string[]): Agent[] =>
  units.map((unit) => ({ unit, name, does: 'sends' }));
const acts = (name: string, ...units: readonly string[]): Agent[] =>
  units.map((unit) => ({ unit, name, does: 'acts' }));

/**
 * Identified by the names of their systemd units, without `.service`. A program that is not listed is not recognized.
 */
export const agents: readonly Agent[] = [
  ...sends('Datadog', 'datadog-agent'),
  ...sends('New Relic', 'newrelic-infra'),
  ...sends('Dynatrace', 'oneagent'),
  ...sends('Splunk', 'splunk', 'SplunkForwarder'),
  ...sends('Elastic', 'elastic-agent', 'filebeat', 'metricbeat', 'auditbeat'),
  ...sends('Telegraf', 'telegraf'),
  ...sends('Vector', 'vector'),
  ...sends('Fluent', 'fluent-bit', 'fluentd', 'td-agent'),
  ...sends('Grafana', 'alloy', 'grafana-agent', 'promtail'),
  ...sends('OpenTelemetry', 'otelcol', 'otelcol-contrib'),
  ...sends('Netdata', 'netdata'),
  ...sends('collectd', 'collectd'),
  ...sends('Zabbix', 'zabbix-agent', 'zabbix-agent2'),
  ...sends('Amazon CloudWatch', 'amazon-cloudwatch-agent'),
  ...sends('Google Cloud Ops', 'google-cloud-ops-agent'),
  ...sends('Azure Monitor', 'azuremonitoragent', 'omsagent'),
  ...sends('CrowdStrike', 'falcon-sensor'),
  ...sends('SentinelOne', 'sentinelone'),
  ...sends('Microsoft Defender', 'mdatp'),
  ...sends('Wazuh', 'wazuh-agent'),
  ...acts('QEMU guest agent', 'qemu-guest-agent'),
  ...acts('VMware Tools', 'open-vm-tools', 'vmtoolsd'),
  ...acts('cloud-init', 'cloud-init', 'cloud-init-main'),
  ...acts('Azure agent', 'walinuxagent', 'waagent'),
  ...acts('Google guest agent', 'google-guest-agent', 'google-osconfig-agent'),
  ...acts('Amazon SSM', 'amazon-ssm-agent'),
  ...acts('snapd', 'snapd'),
  ...acts('Tailscale', 'tailscaled'),
  ...acts('ZeroTier', 'zerotier-one'),
  ...acts('Cloudflare Tunnel', 'cloudflared'),
  ...acts('ngrok', 'ngrok'),
  ...acts('Teleport', 'teleport'),
  ...acts('Puppet', 'puppet'),
  ...acts('Salt', 'salt-minion'),
  ...acts('Chef', 'chef-client'),
  ...acts('Landscape', 'landscape-client'),
  ...acts('Cockpit', 'cockpit'),
  ...acts('Webmin', 'webmin'),
  ...acts('TeamViewer', 'teamviewerd'),
  ...acts('AnyDesk', 'anydesk'),
  ...acts('GitHub Actions runner', 'actions.runner'),
  ...acts('GitLab runner', 'gitlab-runner'),
];

/**
 * Units of Debian's own services and of what Jernverk installs. None of them sends data to anybody or lets anybody in.
 */
const known =
  /^(?:apparmor|apt-daily(?:-upgrade)?|autovt@|blk-availability|chrony|console-getty|console-setup|containerd|cron|cryptdisks(?:-early)?|dbus(?:-[\w.-]+)?|debian-\w+|dm-event|docker|dpkg-db-backup|e2scrub_\w+|epmd|fio|fstrim|getty(?:-static)?@?|grub-common|hwclock|ifup@|iscsid?|jernverk-[\w@-]+|keyboard-setup|kmod|ldconfig|lm-sensors|logrotate|lvm2-\w+|man-db|mdadm|mdmonitor|multipathd?|networking|nftables|ntpsec|polkit|postgresql@?|procps|qemu-kvm|quota\w*@?|rabbitmq-server|rc-local|rescue|resolvconf|rsync|serial-getty@|smartmontools|smartd|ssh|sshd(?:-[\w-]+)?@?|sudo|supervisor|syslog|sysstat|systemd-[\w-]+@?|udev|unattended-upgrades|user@|user-runtime-dir@|uuidd|wtmpdb-\w+|x11-common)$/;

/**
 * Units that are started automatically and are neither known to be harmless nor in the list above: what they do is
 * unknown.
 */
export const unknownUnits = (unitFiles: string): string[] =>
  unitFiles.split('\n').flatMap((line) => {
    const [unit = '', state = ''] = line.trim().split(/\s+/);
    const name = unit.replace(/\.(?:service|socket)$/, '');
    const starts = /^(?:enabled|enabled-runtime|generated)$/.test(state);
    return starts && !known.test(name) && !agents.some((agent) => isOf(agent, name)) ? [unit] : [];
  });

const isOf = (agent: Agent, name: string): boolean => name === agent.unit || name.startsWith(`${agent.unit}.`);

/** Returns the agents that are installed and whose state starts them, from the lines of `systemctl list-unit-files`. */
export function agentsIn(unitFiles: string, does: Agent['does']): readonly Agent[] {
  const startable = unitFiles.split('\n').flatMap((line) => {
    const [unit = '', state = ''] = line.trim().split(/\s+/);
    return /^(?:enabled|enabled-runtime|static|generated|indirect|alias)$/.test(state)
      ? [unit.replace(/\.(?:service|socket)$/, '')]
      : [];
  });
  return agents.filter((agent) => agent.does === does && startable.some((unit) => isOf(agent, unit)));
}
