import { keyPlanSchema, type KeyPlan } from '../../../src/protocol/panel/requests';
import type { Drafts } from '../../drafts';

/** The numbers of a plan, in the order of the form. */
export const planNumbers = ['count', 'soft', 'quiet', 'responseLength'] as const;
export type PlanNumber = (typeof planNumbers)[number];

/** A plan as it is typed: the last valid numbers, and what is wrong with the others. */
interface TypedPlan {
  readonly plan: KeyPlan;
  readonly problems: Readonly<Partial<Record<PlanNumber, string>>>;
}

const ranges = {
  count: 'A whole number from 4 to 4 096.',
  soft: 'A whole number.',
  quiet: 'A whole number.',
  responseLength: 'A whole number from 1 to 16.',
} as const;

export function readPlan(plan: KeyPlan, drafts: Pick<Drafts, 'get'>): TypedPlan {
  let typed = plan;
  const problems: Partial<Record<PlanNumber, string>> = {};
  for (const field of planNumbers) {
    const text = drafts.get(field);
    if (text === undefined) continue;
    const parsed = keyPlanSchema.shape[field].safeParse(text.trim() === '' ? NaN : Number(text));
    if (parsed.success) typed = { ...typed, [field]: parsed.data };
    else problems[field] = ranges[field];
  }
  const { count, soft, quiet } = typed;
  if (soft + quiet > count)
    problems[soft > count ? 'soft' : 'quiet'] ??= `At most ${count} keys together: the set has no more.`;
  return { plan: typed, problems };
}
