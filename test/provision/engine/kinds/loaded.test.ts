import { describe, expect, it } from 'vitest';
import { loadedFacts, loadedSettings, unitsToRestart } from '../../../../provision/engine/kinds/loaded.ts';
import { absent, value } from '../../../../provision/engine/setting.ts';

const hash = (digit: string): string => digit.repeat(64);
const keys = ['loaded/x.service:/etc/a', 'loaded/x.service:/etc/b', 'loaded/x.service:/etc/c'];
const [fact] = loadedFacts(keys);

describe('the running service has loaded its files', () => {
  it('compares what the service read at its start with what is there now', () => {
    const output = `unit x.service\n${hash('1')}  /etc/a\n${hash('2')}  /etc/b\nnow\n${hash('1')}  /etc/a\n${hash('3')}  /etc/b\n`;
    expect([...(fact?.parse(output) ?? [])]).toEqual([
      [keys[0], value('yes')],
      [keys[1], value('no, it has changed since the service started')],
      [keys[2], absent],
    ]);
  });

  it('is what each of several services read, though they read the same file', () => {
    const both = ['loaded/x.service:/etc/a', 'loaded/y.service:/etc/a'];
    const output = `unit x.service\n${hash('1')}  /etc/a\nunit y.service\n${hash('2')}  /etc/a\nnow\n${hash('2')}  /etc/a\n`;
    expect([...(loadedFacts(both)[0]?.parse(output) ?? [])]).toEqual([
      [both[0], value('no, it has changed since the service started')],
      [both[1], value('yes')],
    ]);
  });

  it('is absent for a service that does not run', () => {
    expect([...(fact?.parse('') ?? [])].map(([, reading]) => reading)).toEqual([absent, absent, absent]);
  });

  it('watches its own drop-in too, so that a changed drop-in means a restart', () => {
    const settings = new Map(loadedSettings('x.service', ['/etc/a']));
    expect(settings.get('loaded/x.service:/etc/systemd/system/x.service.d/50-jernverk-loaded.conf')).toBe('yes');
  });

  it('names each unit once, and none that is only taken away', () => {
    const changes = [
      { key: 'loaded/x.service:/etc/a', from: null, to: 'yes' },
      { key: 'loaded/x.service:/etc/b', from: null, to: 'yes' },
      { key: 'loaded/y.service:/etc/a', from: 'yes', to: null },
    ];
    expect(unitsToRestart(changes, new Map())).toEqual(['x.service']);
  });

  it('names the unit that has read a file which is about to be written over', () => {
    const changes = [{ key: 'file//etc/a', from: 'old', to: 'new' }];
    expect(unitsToRestart(changes, new Map(loadedSettings('x.service', ['/etc/a'])))).toEqual(['x.service']);
    expect(unitsToRestart(changes, new Map(loadedSettings('x.service', ['/etc/b'])))).toEqual([]);
  });

  it('keeps a copy of them after each start that went well, if they are still those that it read', () => {
    const text = new Map(loadedSettings('x.service', ['/etc/a'])).get(
      'file//etc/systemd/system/x.service.d/50-jernverk-loaded.conf',
    );
    expect(text).toMatch(
      /^ExecStartPost=-\+.*sha256sum --check --status \S+ && .*cp --preserve=mode,ownership \/etc\/a .*\/etc\/a && /m,
    );
    // systemd would expand them.
    expect(text).not.toMatch(/[$%]/);
  });
});
