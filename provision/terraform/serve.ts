import { rmSync } from 'node:fs';
import { Server } from '@grpc/grpc-js';
import { messageOf } from '../../lib/errors.ts';
import { note } from '../../lib/terminal.ts';
import { type Invitation, listen, readInvitation } from './handshake.ts';
import type { OpenHosts } from './hosts.ts';
import { controllerService, implementation, providerService } from './protocol.ts';
import { createProvider, type Provider } from './service.ts';

const parentCheckMs = 1000;
/** Milliseconds. Terraform kills a provider that has not ended two seconds after Shutdown. */
const closingMs = 1500;

/** Runs the provider until Terraform ends it. Only the handshake may ever reach standard output. */
export async function serve(openHosts: OpenHosts): Promise<void> {
  const invitation = readInvitation(process.env);
  if (typeof invitation === 'string') {
    note(invitation);
    process.exitCode = 1;
    return;
  }
  const provider = createProvider(openHosts);
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  const end = (): void => void finish(server, provider, invitation);
  server.addService(providerService(), implementation(provider.calls));
  server.addService(
    controllerService(),
    implementation({
      Shutdown: async () => {
        setImmediate(end);
        return {};
      },
    }),
  );
  const line = await listen(server, invitation);
  surviveInterrupt();
  endWithParent(end);
  process.stdout.write(`${line}\n`);
}

/**
 * Ctrl-C reaches the whole process group, but it is meant for Terraform, which calls StopProvider and lets the topic
 * end.
 */
function surviveInterrupt(): void {
  process.on('SIGINT', () => note('interrupt left to Terraform'));
}

/** A killed Terraform says nothing. Without this check the provider would hold connections and locks for ever. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, parentCheckMs).unref();
}

async function finish(server: Server, provider: Provider, { directory }: Invitation): Promise<void> {
  setTimeout(() => process.exit(0), closingMs);
  const answered = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  const closed = provider.close().catch((error: unknown) => note(messageOf(error)));
  await Promise.all([answered, closed]);
  rmSync(directory, { recursive: true, force: true });
  process.exit(0);
}
