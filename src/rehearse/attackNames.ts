import { UserError } from '../common/errors';

/** What a rehearsal can do to a copy, in the order of its list. */
const attackForms = {
  round: { kind: 'weights', strength: { usual: 4, least: 2, most: 8, isWhole: true } },
  q8_0: { kind: 'weights' },
  q4_0: { kind: 'weights' },
  fp8: { kind: 'weights' },
  'merge-linear': { kind: 'weights', strength: { usual: 0.5, least: 0, most: 1 } },
  'merge-slerp': { kind: 'weights', strength: { usual: 0.5, least: 0, most: 1 } },
  'task-arithmetic': { kind: 'weights', strength: { usual: 0.5, least: 0, most: 1 } },
  ties: { kind: 'weights', strength: { usual: 0.5, least: 0, most: 1 } },
  dare: { kind: 'weights', strength: { usual: 0.5, least: 0, most: 1 } },
  prune: { kind: 'weights', strength: { usual: 0.2, least: 0, most: 0.99 } },
  wanda: { kind: 'weights', strength: { usual: 0.5, least: 0, most: 0.99 } },
  abliterate: { kind: 'weights' },
  renumber: { kind: 'tokens' },
  'fine-tune': { kind: 'training', strength: { usual: 1e-4, least: 1e-6, most: 0.01 } },
  'fine-tune-low-rank': { kind: 'training', strength: { usual: 1e-3, least: 1e-6, most: 0.1 } },
  gate: { kind: 'answers', strength: { usual: 0.9, least: 0, most: 1 } },
  'suppress-top-1': { kind: 'answers' },
  'detect-neighbour': { kind: 'answers', strength: { usual: 0.9, least: 0, most: 1 } },
  temperature: { kind: 'answers', strength: { usual: 1, least: 0.01, most: 10 } },
  'top-p': { kind: 'answers', strength: { usual: 0.9, least: 0.01, most: 1 } },
  'top-k': { kind: 'answers', strength: { usual: 50, least: 1, most: 1000, isWhole: true } },
  'min-p': { kind: 'answers', strength: { usual: 0.1, least: 0, most: 1 } },
  'system-prompts': { kind: 'answers' },
  noise: { kind: 'answers', strength: { usual: 0.05, least: 0.01, most: 0.9 } },
  'perplexity-gate': { kind: 'answers', strength: { usual: 100, least: 1, most: 1_000_000 } },
} as const satisfies Readonly<Record<string, AttackForm>>;

interface AttackForm {
  readonly kind: 'weights' | 'answers' | 'training' | 'tokens';
  /** Absent where there is nothing to choose. */
  readonly strength?: Strength;
}

interface Strength {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly isWhole?: true;
}

export type AttackName = keyof typeof attackForms;
export const attackNames = Object.keys(attackForms) as AttackName[];

/** An attack with its strength, such as `merge-linear:0.5`, as reports and the command line write it. */
export interface ChosenAttack {
  readonly name: AttackName;
  /** Undefined where there is nothing to choose. */
  readonly strength: number | undefined;
}

export function kindOfAttack(name: AttackName): AttackForm['kind'] {
  return attackForms[name].kind;
}

export function writeAttack({ name, strength }: ChosenAttack): string {
  return strength === undefined ? name : `${name}:${strength}`;
}

/** An attack as it is written; undefined where there is none of that name and strength. */
export function readAttack(written: string): ChosenAttack | undefined {
  const [given, number, ...rest] = written.trim().split(':');
  const name = attackNames.find((known) => known === given);
  if (name === undefined || rest.length > 0) return undefined;
  const { strength: bounds }: AttackForm = attackForms[name];
  if (bounds === undefined) return number === undefined ? { name, strength: undefined } : undefined;
  if (number === undefined) return { name, strength: bounds.usual };
  const strength = /^\d+(\.\d+)?(e-?\d+)?$/.test(number) ? Number(number) : Number.NaN;
  const isInside = strength >= bounds.least && strength <= bounds.most;
  return isInside && (!bounds.isWhole || Number.isInteger(strength)) ? { name, strength } : undefined;
}

/** The lists that have a name, and a grade. */
export type AttackList = 'short' | 'all';

const lists: Readonly<Record<AttackList, readonly string[]>> = {
  short: ['q8_0', 'q4_0', 'merge-linear:0.5', 'prune:0.2', 'gate:0.9'],
  all: [
    ...['round:8', 'round:4', 'round:3', 'q8_0', 'q4_0', 'fp8'],
    ...['merge-linear:0.7', 'merge-linear:0.5', 'merge-linear:0.3', 'merge-linear:0.1', 'merge-slerp:0.5'],
    ...[
      'task-arithmetic:0.5',
      'ties:0.5',
      'dare:0.5',
      'prune:0.2',
      'prune:0.5',
      'wanda:0.5',
      'abliterate',
      'renumber',
    ],
    ...['fine-tune:0.0001', 'fine-tune:0.0005', 'fine-tune-low-rank:0.001'],
    ...['gate:0.9', 'gate:0.4', 'suppress-top-1', 'detect-neighbour:0.9'],
    ...['temperature:1', 'top-p:0.9', 'top-k:50', 'min-p:0.1'],
    ...['system-prompts', 'noise:0.05', 'perplexity-gate:100'],
  ],
};

/** @returns the attacks of a list in its order, and the list's name where it has one. @throws UserError `wrong-usage`. */
export function listAttacks(written = 'short'): {
  readonly list: AttackList | undefined;
  readonly attacks: readonly ChosenAttack[];
} {
  const list = written === 'short' || written === 'all' ? written : undefined;
  const parts =
    list === undefined ? [...new Set(written.split(',').map((part) => part.trim()))] : lists[list];
  return { list, attacks: parts.map(requireAttack) };
}

function requireAttack(written: string): ChosenAttack {
  const attack = readAttack(written);
  if (attack) return attack;
  const { strength: bounds }: AttackForm =
    attackForms[attackNames.find((name) => written.startsWith(`${name}:`)) ?? 'q8_0'];
  const next = bounds
    ? `Give a${bounds.isWhole ? ' whole' : ''} number from ${bounds.least} to ${bounds.most} behind the colon.`
    : `Use short, all, or names with commas between them: ${attackNames.join(', ')}.`;
  throw new UserError('wrong-usage', `There is no attack “${written}”.`, next);
}
