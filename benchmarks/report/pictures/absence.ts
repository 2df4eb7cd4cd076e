interface Section {
  readonly reason: string | null;
  readonly data: unknown;
}

/** Why there is nothing to draw: not requested, not measured, or measured without that part. */
export function absence(section: Section | undefined, suite: string, otherwise: string): string {
  if (section === undefined) return `The ${suite} suite was not part of this run.`;
  const words = section.data === null ? `The ${suite} was not measured` : otherwise;
  return section.reason === null ? `${words}.` : `${words}: ${section.reason}`;
}
