import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and its self-signed certificate, for one run of Terraform. */
export interface Identity {
  readonly key: KeyObject;
  /** DER. */
  readonly certificate: Buffer;
}

/*
 * Written out in DER, since loading a library for it costs 100 ms, and Terraform starts the provider several times in
 * one deploy. Numbers: X.690 (tags), RFC 5280 (certificate), RFC 5758 (signature algorithm).
 */
const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
} as const;
const sequenceTag = 0x30;
const setTag = 0x31;
const oid = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  keyUsage: '551d0f',
  extendedKeyUsage: '551d25',
  subjectAltName: '551d11',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
} as const;

const dayMs = 86_400_000;

/** Terraform accepts this certificate as its only authority and expects the name `localhost`. */
export function createIdentity(now: Date): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(identifier(oid.ecdsaWithSha256));
  const name = sequence(der(setTag, sequence(identifier(oid.commonName), der(tag.utf8, Buffer.from('localhost')))));
  const body = sequence(
    der(0xa0, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(new Date(now.getTime() - dayMs)), utcTime(new Date(now.getTime() + 30 * dayMs))),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(...extensions())),
  );
  const certificate = sequence(body, algorithm, bits(0, sign('sha256', body, privateKey)));
  return { key: privateKey, certificate };
}

const extensions = (): Buffer[] => [
  extension(oid.basicConstraints, sequence(der(tag.boolean, Buffer.from([0xff])))),
  // digitalSignature, keyEncipherment, keyAgreement and keyCertSign: bits 0, 2, 4 and 5.
  extension(oid.keyUsage, bits(2, Buffer.from([0b1010_1100]))),
  extension(oid.extendedKeyUsage, sequence(identifier(oid.serverAuth), identifier(oid.clientAuth))),
  // [2] is a DNS name.
  extension(oid.subjectAltName, sequence(der(0x82, Buffer.from('localhost')))),
];

const extension = (id: string, content: Buffer): Buffer => sequence(identifier(id), der(tag.octets, content));
const identifier = (hex: string): Buffer => der(tag.oid, Buffer.from(hex, 'hex'));
const sequence = (...parts: readonly Buffer[]): Buffer => der(sequenceTag, Buffer.concat(parts));
const bits = (unused: number, content: Buffer): Buffer =>
  der(tag.bitString, Buffer.concat([Buffer.from([unused]), content]));

/** YYMMDDHHMMSSZ */
const utcTime = (date: Date): Buffer =>
  der(tag.utcTime, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));

function der(identifierOctet: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([identifierOctet, length]), content]);
  const size = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([identifierOctet, 0x80 | size.length]), size, content]);
}

export const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
