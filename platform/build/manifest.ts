import type { WorkerFile } from '../contract/worker-file.ts';

/** One layer of a worker's image: an uncompressed tar, named by its content. */
export interface Layer {
  /** Hex SHA-256 of the tar. It names the layer in the blob store and is its diff id for Docker. */
  readonly digest: string;
  readonly bytes: number;
  /** Says what is in it, for people: "dependencies", "code". */
  readonly title: string;
}

export interface WorkerBuild {
  readonly worker: string;
  /** What its worker.yaml says. */
  readonly declared: WorkerFile;
  /** From the layer that changes least to the one that changes most. */
  readonly layers: readonly Layer[];
  /** Path of the program inside the image. */
  readonly entry: string;
}

/** One immutable build of all workers. The id is the hash of its content, so equal input gives the same release. */
export interface ReleaseManifest {
  /** First 12 hex digits of the SHA-256 over the workers' builds. */
  readonly id: string;
  readonly workers: readonly WorkerBuild[];
}
