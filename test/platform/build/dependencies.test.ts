import { expect, it } from 'vitest';
import { dependenciesOf, type InstalledPackages } from '../../../platform/build/dependencies.ts';

const entry = (more: Partial<InstalledPackages[string]> = {}): InstalledPackages[string] => ({
  version: '1.0.0',
  integrity: 'sha512-x',
  dependencies: {},
  optionalDependencies: {},
  ...more,
});
const native = (os: string, libc?: string) => entry({ os: [os], cpu: ['x64'], ...(libc && { libc: [libc] }) });
const folders = (installed: InstalledPackages) => dependenciesOf(['sharp'], installed).map(({ folder }) => folder);

it('dependencies are followed, the nested copy before the one above', () => {
  const installed = {
    'node_modules/sharp': entry({ dependencies: { semver: '^7', colour: '^1' } }),
    'node_modules/sharp/node_modules/semver': entry({ dependencies: { colour: '^1' } }),
    'node_modules/semver': entry(),
    'node_modules/colour': entry(),
    'node_modules/other': entry(),
  };
  expect(folders(installed)).toEqual([
    'node_modules/colour',
    'node_modules/sharp',
    'node_modules/sharp/node_modules/semver',
  ]);
});

it('of the native parts only those for the image are taken', () => {
  const optionalDependencies = { 'n-darwin-x64': '1', 'n-linux-x64': '1', 'n-linuxmusl-x64': '1', 'n-win32-x64': '1' };
  const installed = {
    'node_modules/sharp': entry({ optionalDependencies }),
    'node_modules/n-darwin-x64': native('darwin'),
    'node_modules/n-linux-x64': native('linux', 'glibc'),
    'node_modules/n-linuxmusl-x64': native('linux', 'musl'),
  };
  expect(folders(installed)).toEqual(['node_modules/n-linux-x64', 'node_modules/sharp']);
});

it('a native part for the image that is not installed is an error that says how to install it', () => {
  const installed = { 'node_modules/sharp': entry({ optionalDependencies: { 'n-linux-x64': '1' } }) };
  expect(() => folders(installed)).toThrow(
    'package n-linux-x64, needed by node_modules/sharp, is not installed for linux-x64: npm install --os=linux --cpu=x64 --libc=glibc',
  );
});
