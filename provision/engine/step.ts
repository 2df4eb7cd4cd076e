import type { Command } from '../../lib/shell.ts';

/**
 * A file that is Jernverk's as a whole. Written as temporary file, fsync, rename, fsync of the directory, because of
 * power cuts.
 */
export interface WriteStep {
  readonly kind: 'write';
  readonly path: string;
  readonly content: string;
  /** Octal permissions as text: `'0644'`. */
  readonly mode: string;
  /** `user:group`. Default: root:root. */
  readonly owner?: string;
}

export interface RemoveStep {
  readonly kind: 'remove';
  readonly path: string;
}

export interface RunStep {
  readonly kind: 'run';
  /** Shown while the step runs: "restart RabbitMQ". */
  readonly title: string;
  /** Runs as root under `set -eu`. */
  readonly command: Command;
  /** Milliseconds until the step is given up. Default: 10 minutes. */
  readonly timeoutMs?: number;
}

/** Sends the blobs that the host lacks to `/var/lib/jernverk/blobs/sha256/<digest>`. */
export interface UploadStep {
  readonly kind: 'upload';
  readonly title: string;
  /** Hex SHA-256 digests. The local blob store must hold each of them. */
  readonly digests: readonly string[];
}

/**
 * Runs the command with a way back: the host undoes it unless a *new* SSH connection confirms in time. For changes that
 * can lock Jernverk out, such as the firewall.
 */
export interface GuardedStep {
  readonly kind: 'guarded';
  readonly title: string;
  readonly command: Command;
  readonly undo: Command;
  /** Seconds that the host waits for the confirmation. */
  readonly confirmWithinSeconds: number;
}

/** What `apply` does to a host. Plain data, made by the pure topics. */
export type Step = WriteStep | RemoveStep | RunStep | UploadStep | GuardedStep;
