import { unit, unitFile } from '../../provision/topics/firewall/names.ts';
import type { Check } from '../check.ts';
import { fail, hostCheck, join, pass } from './judgement.ts';
import { bootedAt, bootQuestion, newest, proofsOf } from './proofs.ts';
import { question } from './question.ts';
import { asRoot } from './root-commands.ts';

/** Terse, because sets may have tens of thousands of networks. */
export const firewall = question(
  'firewall',
  `rtool ruleset ${asRoot('ruleset')}
part unit systemctl show --timestamp=unix --property=ActiveState,UnitFileState,ActiveEnterTimestamp ${unit}
part stock systemctl show --property=ActiveState,UnitFileState nftables.service
if [ -e ${unitFile} ]; then part changed ${asRoot('firewallTimes')}; else missing changed; fi
loaded() {
  live=$(${asRoot('ownTable')}) && recorded=$(${asRoot('loadedTable')}) || return
  [ "$live" = "$recorded" ] && echo 'as loaded' || echo 'changed since it was loaded'
}
if [ -e ${unitFile} ]; then part loaded loaded; else missing loaded; fi
published() { list=$(${asRoot('published')}) || return; printf '%s\\n' "$list" | grep -- '->' || true; }
if command -v docker >/dev/null; then part published published; else missing published; fi`,
);

const tables = (ruleset: string): readonly { readonly family: string; readonly body: string }[] =>
  ruleset.split(/^(?=table )/m).flatMap((text) => {
    const [, family = '', body] = /^table (\S+) \S+ \{\n([\s\S]*?)^\}/m.exec(text) ?? [];
    return body === undefined ? [] : [{ family, body }];
  });

const denies = (body: string): boolean => /chain \S+ \{\s*\n\s*type filter hook input [^;]*; policy drop;/.test(body);

/** Returns true if packets to the host are dropped by default on both IPv4 and IPv6. */
export function inboundDeny(ruleset: string): boolean {
  const families = new Set(
    tables(ruleset)
      .filter(({ body }) => denies(body))
      .map(({ family }) => family),
  );
  return families.has('inet') || (families.has('ip') && families.has('ip6'));
}

/** Rules in denying input chains that accept everything unconditionally. */
const letsAllIn = (ruleset: string): boolean =>
  tables(ruleset).some(({ body }) => denies(body) && /^\s*(?:counter\s+)?accept$/m.test(body));

export const checks: readonly Check[] = [
  hostCheck({
    id: 'controls/firewall-inbound',
    chapter: 'controls',
    title: { nb: 'Brannmur mot innkommende trafikk', en: 'Firewall against incoming traffic' },
    expected: {
      nb: 'Alt som ikke er åpnet, stenges, på IPv4 og IPv6, nå og etter en omstart.',
      en: 'Everything that is not opened is denied, on IPv4 and IPv6, now and after a reboot.',
    },
    basis: ['GDPR art. 25', 'GDPR art. 32', 'NSM 2.5', 'SOV-7'],
    questions: [firewall, bootQuestion],
    judge: (answered) => {
      const parts = answered(firewall);
      const ruleset = parts.need('ruleset');
      const unitState = parts.need('unit');
      const stock = parts.need('stock');
      const running = inboundDeny(ruleset) && !letsAllIn(ruleset);
      const own = parts.maybe('changed');
      const enabled = (state: string): boolean => /^UnitFileState=enabled$/m.test(state);
      const persistent = own === null ? enabled(stock) : enabled(unitState);
      const changedAt = own === null ? null : newest(own);
      const boot = bootedAt(answered(bootQuestion).need('times'));
      const proves = proofsOf({ running, persistent, changedAt, bootedAt: boot });
      const chains = tables(ruleset).filter(({ body }) => denies(body));
      const observed = `${chains.map(({ family, body }) => `${family}\n${body}`).join('\n')}\n${unitState}`;
      const loaded = parts.maybe('loaded')?.trim() ?? null;
      const published = (parts.maybe('published') ?? '').trim();
      if (!running)
        return fail(
          {
            nb: 'Ingen brannmur stenger innkommende trafikk på både IPv4 og IPv6.',
            en: 'No firewall denies incoming traffic on both IPv4 and IPv6.',
          },
          observed,
          proves,
        );
      if (published !== '')
        return fail(
          {
            nb: `Docker slipper trafikk forbi brannmuren til: ${published.split('\n').join('; ')}.`,
            en: `Docker lets traffic past the firewall to: ${published.split('\n').join('; ')}.`,
          },
          observed,
          proves,
        );
      if (loaded !== null && loaded !== 'as loaded')
        return fail(
          {
            nb: 'Brannmuren stenger, men reglene er endret for hånd siden de ble lastet.',
            en: 'The firewall denies, but its rules were changed by hand since they were loaded.',
          },
          observed,
          proves,
        );
      if (!persistent)
        return fail(
          {
            nb: 'Brannmuren stenger nå, men kommer ikke tilbake etter en omstart.',
            en: 'The firewall denies now, but does not come back after a reboot.',
          },
          observed,
          proves,
        );
      const proven = proves.includes('after reboot')
        ? {
            nb: 'Verten er startet om siden reglene sist ble endret, og de kom tilbake.',
            en: 'The host has been rebooted since the rules last changed, and they came back.',
          }
        : {
            nb: 'Den er satt opp til å komme tilbake etter en omstart. Det er ikke sett, for verten er ikke startet om etter siste endring.',
            en: 'It is set up to come back after a reboot. That was not seen, because the host has not been rebooted since the last change.',
          };
      return pass(
        join(
          {
            nb: 'Innkommende trafikk stenges når den ikke er åpnet, på IPv4 og IPv6.',
            en: 'Incoming traffic is denied unless opened, on IPv4 and IPv6.',
          },
          proven,
        ),
        observed,
        proves,
      );
    },
  }),
];
