import type { Language, Text } from '../../lib/text.ts';
import { type Html, html } from '../../pages/html.ts';

const words = {
  title: { nb: 'Dette kan revisjonen ikke vise', en: 'What this audit cannot show' },
  lead: {
    nb: 'Revisjonen bygger på det vertene svarer, på registre og på målinger. Den gir fakta til en vurdering, men tar ikke stilling til om lovkrav er oppfylt. Punktene under må dekkes av avtaler, tilsyn eller andre bevis.',
    en: 'The audit rests on what the hosts answer, on registries and on measurements. It gives facts for an assessment, and does not decide whether the law is met. Agreements, supervision or other evidence must cover the points below.',
  },
} as const satisfies Record<string, Text>;

interface Limit {
  readonly subject: Text;
  readonly words: Text;
}

const limits: readonly Limit[] = [
  {
    subject: { nb: 'Kopier tatt fra utsiden', en: 'Copies taken from outside' },
    words: {
      nb: 'Den som driver den fysiske maskinen, kan ta øyeblikksbilder av disk og minne uten at det synes fra verten.',
      en: 'Whoever runs the physical machine can take snapshots of disk and memory, and the host does not notice.',
    },
  },
  {
    subject: { nb: 'Leverandørens ansatte', en: 'Staff of the provider' },
    words: {
      nb: 'Hvem som har tilgang til maskinrom og virtualiseringsplattform, kan ikke ses herfra. Fjerntilgang fra et tredjeland er også en overføring.',
      en: 'The audit cannot see who has access to the data centre and the virtualization platform. Remote access from a third country is also a transfer.',
    },
  },
  {
    subject: { nb: 'Sikkerhetskopier andre steder', en: 'Backups elsewhere' },
    words: {
      nb: 'Kopier som leverandøren eller andre tar, og kopier av kopiene, er bare med hvis verten selv sender dem.',
      en: 'Copies that the provider or others make, and copies of those, are seen only if the host itself sends them.',
    },
  },
  {
    subject: { nb: 'Skjult trafikk', en: 'Hidden traffic' },
    words: {
      nb: 'Data kan gjemmes i trafikk som er tillatt, for eksempel i DNS-oppslag, og en mottaker i Norge kan sende dem videre til utlandet. Innholdet i trafikken leses ikke.',
      en: 'Data can be hidden in traffic that is allowed, such as DNS lookups, and a destination in Norway can pass it on abroad. The audit does not read the content of the traffic.',
    },
  },
  {
    subject: { nb: 'Sted', en: 'Place' },
    words: {
      nb: 'Svartid kan utelukke steder, fordi lyset ikke går fortere. Den kan aldri vise hvor en maskin står.',
      en: 'A round-trip time can exclude places, because light is no faster. It can never show where a machine is.',
    },
  },
  {
    subject: { nb: 'Land i registrene', en: 'Countries of the registries' },
    words: {
      nb: 'Landet i adresseregistrene er der innehaveren av adressen hører hjemme rettslig. Det sier verken hvor maskinen står eller hvem som eier innehaveren.',
      en: 'The country in the address registries is the legal home of the address’s holder. It says neither where the machine is nor who owns the holder.',
    },
  },
  {
    subject: { nb: 'Det verten selv sier', en: 'What the host itself says' },
    words: {
      nb: 'En vert som noen har full kontroll over, kan svare usant. Den ble bare lest fra, og ble ikke undersøkt utenfra eller fysisk.',
      en: 'A host that somebody fully controls can give false answers. The audit only read from it. Nobody examined it from outside or physically.',
    },
  },
  {
    subject: { nb: 'Tiden mellom revisjonene', en: 'The time between audits' },
    words: {
      nb: 'Innstillinger er slik de var da revisjonen ble gjort. Trafikk er med fra tellingen begynte. For en kort forbindelse kan navnet på programmet mangle.',
      en: 'Settings are as they were at the time of the audit. Traffic is included from when counting began. For a short connection, the program’s name may be missing.',
    },
  },
  {
    subject: { nb: 'Det som bare er oppgitt', en: 'What is only declared' },
    words: {
      nb: 'Behandlingsansvarlig, formål, databehandlere, eiere og avtaler er gjengitt fra miljøfilen. Avtalene er ikke lest.',
      en: 'Controller, purpose, processors, owners and agreements are as the environment file declares them. Nobody has read the agreements.',
    },
  },
];

/** Comes before all findings, so that whoever reads only the first page has read this. */
export const cannotShow = (language: Language): Html =>
  html`<section class="limits" aria-labelledby="limits"><h2 id="limits">${words.title[language]}</h2><p class="lead">${words.lead[language]}</p>
<dl>${limits.map((limit) => html`<div><dt>${limit.subject[language]}</dt><dd>${limit.words[language]}</dd></div>`)}</dl></section>`;

/** Only the subjects, for a terminal. */
export const limitSubjects = (language: Language): readonly string[] => limits.map(({ subject }) => subject[language]);
