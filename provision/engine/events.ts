import type { Diff } from './diff.ts';
import type { TopicName } from './topic.ts';

/** The events while a host is changed. Console, JSON lines and Terraform's log only format these. */
export type ApplyEvent =
  | { readonly kind: 'topic started'; readonly host: string; readonly topic: TopicName; readonly changes: number }
  | { readonly kind: 'step started'; readonly host: string; readonly topic: TopicName; readonly title: string }
  | { readonly kind: 'step output'; readonly host: string; readonly topic: TopicName; readonly line: string }
  | {
      readonly kind: 'step finished';
      readonly host: string;
      readonly topic: TopicName;
      readonly title: string;
      readonly milliseconds: number;
    }
  | { readonly kind: 'topic finished'; readonly host: string; readonly outcome: TopicOutcome };

export type TopicState = 'unchanged' | 'changed' | 'failed' | 'not reached';

/** How one topic ended on one host. */
export interface TopicOutcome {
  readonly topic: TopicName;
  readonly state: TopicState;
  readonly diff: Diff;
  /** Why it failed, in words. */
  readonly error: string | null;
  readonly milliseconds: number;
}
