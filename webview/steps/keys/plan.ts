import { keyPlanSchema, type KeyPlan } from '../../../src/protocol/panel/requests';
import type { Drafts } from '../../drafts';

/** A plan as it is typed: the last valid numbers, and what is wrong with the others. */
interface TypedPlan {
  readonly plan: KeyPlan;
  readonly problems: Readonly<Partial<Record<'count' | 'responseLength', string>>>;
}

const ranges = {
  count: 'A whole number from 4 to 4 096.',
  responseLength: 'A whole number from 1 to 16.',
} as const;

export function readPlan(plan: KeyPlan, drafts: Pick<Drafts, 'get'>): TypedPlan {
  let typed = plan;
  const problems: Partial<Record<keyof typeof ranges, string>> = {};
  for (const field of ['count', 'responseLength'] as const) {
    const text = drafts.get(field);
    if (text === undefined) continue;
    const parsed = keyPlanSchema.shape[field].safeParse(text.trim() === '' ? NaN : Number(text));
    if (parsed.success) typed = { ...typed, [field]: parsed.data };
    else problems[field] = ranges[field];
  }
  return { plan: typed, problems };
}
