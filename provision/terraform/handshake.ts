import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import { createIdentity, pem } from './certificate.ts';

/** What go-plugin puts into a plugin's environment, after a check. */
export interface Invitation {
  /** PEM of the one client that may connect. */
  readonly clientCertificate: string;
  /** Folder of the socket. */
  readonly directory: string;
}

/** Tells a start by Terraform from a start by hand. The value is published in terraform-plugin-go. */
const magicCookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const protocolVersion = 6;

export const startedByHand =
  'This is the Terraform provider of Jernverk. Terraform starts it by itself:\n' +
  'run `npx cdktf diff` or `npx cdktf deploy` in the project, or `./jernverk plan` for the same without Terraform.';

/** Returns the invitation in the environment, or a text that says why there is none. */
export function readInvitation(environment: NodeJS.ProcessEnv): Invitation | string {
  if (environment.TF_PLUGIN_MAGIC_COOKIE !== magicCookie) return startedByHand;
  const versions = environment.PLUGIN_PROTOCOL_VERSIONS ?? String(protocolVersion);
  if (!versions.split(',').includes(String(protocolVersion))) {
    return `Jernverk's provider speaks plugin protocol ${protocolVersion}, which is Terraform 1.0 or newer or OpenTofu; asked for ${versions}.`;
  }
  const clientCertificate = environment.PLUGIN_CLIENT_CERT;
  if (clientCertificate === undefined) return 'PLUGIN_CLIENT_CERT is not set: the provider accepts mutual TLS only.';
  const parent = environment.PLUGIN_UNIX_SOCKET_DIR || tmpdir();
  return { clientCertificate, directory: mkdtempSync(join(parent, 'jernverk-')) };
}

/**
 * Starts listening and returns the one line that Terraform waits for on standard output:
 * core protocol version | plugin protocol version | network | address | protocol | certificate in base64 without padding.
 */
export async function listen(server: Server, { clientCertificate, directory }: Invitation): Promise<string> {
  const { key, certificate } = createIdentity(new Date());
  const keyPair = {
    private_key: key.export({ format: 'pem', type: 'pkcs8' }),
    cert_chain: Buffer.from(pem('CERTIFICATE', certificate)),
  };
  const credentials = ServerCredentials.createSsl(
    Buffer.from(clientCertificate),
    [{ ...keyPair, private_key: Buffer.from(keyPair.private_key) }],
    true,
  );
  const socket = join(directory, 'provider');
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, credentials, (error) => (error === null ? resolve() : reject(error)));
  });
  return `1|${protocolVersion}|unix|${socket}|grpc|${certificate.toString('base64').replace(/=+$/, '')}`;
}
