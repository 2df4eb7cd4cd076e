import type { CommandEntry } from './invocation.ts';

const language = ['--lang <language>', 'nb or en (default: nb)'] as const;

/** Where data is and where it can go. */
export const auditCommands: readonly CommandEntry[] = [
  {
    name: 'audit',
    group: 'Proof',
    summary: 'where is the data, where can it go, who gets in: findings with signed evidence; reads only',
    arguments: ['[hosts...]'],
    options: [
      language,
      ['--out <folder>', 'where the evidence goes (default: .jernverk/audit/<environment>/<time>)'],
      ['--key <file>', 'SSH key that signs it (default: audit.signingKey of the environment)'],
    ],
    afterInterrupt: 'no evidence was written; nothing was changed',
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  {
    name: 'audit verify-bundle',
    group: 'Proof',
    summary: 'exit code 0 intact, 1 changed, 2 undetermined; names the first file that was changed',
    arguments: ['<bundle>'],
    options: [
      ['--signers <file>', 'public keys that are trusted (default: audit.signers of the environment)'],
      ['--previous <folder>', 'the previous bundle, if it is not in the same folder'],
      language,
    ],
    load: async () => (await import('./audit-verify-bundle.ts')).verifyBundleCommand,
  },
  {
    name: 'audit diff',
    group: 'Proof',
    summary: 'what differs between two bundles: findings and destinations',
    arguments: ['<old>', '<new>'],
    options: [language],
    load: async () => (await import('./audit-diff.ts')).auditDiffCommand,
  },
  {
    name: 'audit sudoers',
    group: 'Proof',
    summary:
      'print the file for /etc/sudoers.d that lets an account ask what the audit asks, and do nothing else as root',
    options: [['--user <account>', 'the account (default: audit.login.user of the environment)']],
    load: async () => (await import('./audit-sudoers.ts')).auditSudoersCommand,
  },
  {
    name: 'audit update-addresses',
    group: 'Proof',
    summary: 'keep the address data of a registry, or an exchange’s member export, for the audit',
    arguments: ['<source>'],
    load: async () => (await import('./audit-update-addresses.ts')).updateAddressesCommand,
  },
];
