export const sysctlFile = '/etc/sysctl.d/90-jernverk.conf';
export const udevFile = '/etc/udev/rules.d/90-jernverk-block.rules';
export const tmpfilesFile = '/etc/tmpfiles.d/90-jernverk-thp.conf';
