/** Programs of others that a host may run. `sends`: measurements or logs to its maker or a server. `acts`: lets somebody from outside run commands or log in. */
export interface Agent {
  readonly unit: string;
  readonly name: string;
  readonly does: 'sends' | 'acts';
}

const sends = (name: string, ...units: readonly string[]): Agent[] =>
  units.map((unit) => ({ unit, name, does: 'sends' }));
const acts = (name: string, ...units: readonly string[]): Agent[] =>
  units.map((unit) => ({ unit, name, does: 'acts' }));

/** Known by the names of their systemd units, without `.service`. What is not here is not recognised. */
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

/** Of the lines of `systemctl list-unit-files`, the agents that are installed; with a state that starts them. */
export function agentsIn(unitFiles: string, does: Agent['does']): readonly Agent[] {
  const startable = unitFiles.split('\n').flatMap((line) => {
    const [unit = '', state = ''] = line.trim().split(/\s+/);
    return /^(?:enabled|enabled-runtime|static|generated|indirect|alias)$/.test(state)
      ? [unit.replace(/\.(?:service|socket)$/, '')]
      : [];
  });
  return agents.filter(
    (agent) =>
      agent.does === does && startable.some((unit) => unit === agent.unit || unit.startsWith(`${agent.unit}.`)),
  );
}
