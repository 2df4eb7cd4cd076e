import { describe, expect, it } from 'vitest';
import { serviceFacts, serviceSteps } from '../../../../provision/engine/kinds/service.ts';
import { absent, value } from '../../../../provision/engine/setting.ts';

const [fact] = serviceFacts(['service/docker.service', 'file//etc/x', 'service/none.service']);

describe('service settings', () => {
  it('reads each unit of one answer; an unknown unit is absent', () => {
    const output = `Id=docker.service
LoadState=loaded
UnitFileState=enabled
ActiveState=active

Id=none.service
LoadState=not-found
UnitFileState=
ActiveState=inactive
`;
    expect([...(fact?.parse(output) ?? [])]).toEqual([
      ['service/docker.service', value('enabled active')],
      ['service/none.service', absent],
    ]);
  });

  it('does not guess where an answer is missing', () => {
    expect(() => fact?.parse('Id=docker.service')).toThrow('asked for 2 units, got 1 answers');
  });

  it('stops and disables what nobody wants any more', () => {
    const steps = serviceSteps([{ key: 'service/x.service', from: 'enabled active', to: null }]);
    expect(steps).toMatchObject([{ command: { script: 'systemctl disable --quiet --now x.service' } }]);
  });
});
