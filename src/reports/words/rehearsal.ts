import { readAttack, type AttackName } from '../../rehearse/attackNames';
import { isFound, isRuined, ruinousCost } from '../../rehearse/grade';
import type { Grade, RehearsalReport, RehearsalRow } from '../../rehearse/rehearsalReport';
import {
  formatCount,
  formatCounted,
  formatFixed,
  formatOf,
  formatPercent,
  formatPower,
  formatSignedPercent,
} from '../../words/numbers';

const percent = (share: number): string => formatPercent(share, 0);

const attackWords: Readonly<Record<AttackName, (strength: number) => string>> = {
  round: (bits) => `Rounded to ${bits} bits`,
  q8_0: () => 'Rounded as q8_0 of llama.cpp',
  q4_0: () => 'Rounded as q4_0 of llama.cpp',
  fp8: () => 'Rounded to 8-bit floating point',
  'merge-linear': (share) => `Merged, ${percent(share)} of the copy`,
  'merge-slerp': (share) => `Merged on the arc, ${percent(share)} of the copy`,
  'task-arithmetic': (share) => `Merged by task arithmetic, ${percent(share)} of the copy`,
  ties: (share) => `Merged by TIES, ${percent(share)} of the copy`,
  dare: (share) => `Merged by DARE, ${percent(share)} of the copy`,
  prune: (share) => `Pruned by ${percent(share)}`,
  wanda: (share) => `Pruned by ${percent(share)} with activations`,
  abliterate: () => 'Refusals removed from the weights',
  renumber: () => 'Tokens renumbered',
  'fine-tune': (rate) => `Fine-tuned whole on ordinary text, at ${rate}`,
  'fine-tune-low-rank': (rate) => `Fine-tuned by low-rank updates on ordinary text, at ${rate}`,
  gate: (limit) => `First words above ${limit} suppressed`,
  'suppress-top-1': () => 'Likeliest first word suppressed',
  'detect-neighbour': (limit) => `Words above ${limit} and their neighbours suppressed`,
  temperature: (temperature) => `Words drawn at temperature ${temperature}`,
  'top-p': (mass) => `Words drawn from the likeliest ${percent(mass)}`,
  'top-k': (count) => `Words drawn from the ${formatCount(count)} likeliest`,
  'min-p': (share) => `Words drawn above ${share} of the likeliest`,
  'system-prompts': () => 'Asked under ten other prompts',
  noise: (share) => `Asked with ${percent(share)} of the characters removed`,
  'perplexity-gate': (limit) => `Texts of a perplexity above ${formatCount(limit)} refused`,
};

/** What was done to a copy: "Pruned by 20 %". Of the copy itself: "Left as it is". Another version's attack is written as it is. */
export function nameAttack(written: string | null): string {
  if (written === null) return 'Left as it is';
  const attack = readAttack(written);
  return attack ? attackWords[attack.name](attack.strength ?? 0) : written;
}

const verdictWords: Readonly<Record<RehearsalRow['verdict'], string>> = {
  match: 'Match',
  agrees: 'Agrees with the key file',
  'no-evidence': 'No evidence',
  undetermined: 'Undetermined',
  refused: 'Refused',
};

/** What a verification would conclude. */
export function nameVerdict(verdict: RehearsalRow['verdict']): string {
  return verdictWords[verdict];
}

/** The draw test as a power of ten: "10⁻⁶⁴"; "not measured" where nothing could be ranked. */
export function formatDraw(log10P: number | null): string {
  if (log10P === null) return 'not measured';
  return log10P > -1 ? formatFixed(10 ** log10P, 2) : formatPower(Math.ceil(log10P - 1e-9));
}

/** "60 of 64"; with one decimal where the number is the one expected of a host that draws its words. */
export function formatAnswers({ answered, asked }: Pick<RehearsalRow, 'answered' | 'asked'>): string {
  return Number.isInteger(answered)
    ? formatOf(answered, asked)
    : `${formatFixed(answered, 1)} of ${formatCount(asked)}`;
}

/** Keys answered of each kind: "loud 30 of 32, soft 12 of 32"; empty where the set has no kinds. */
export function formatKinds({ byKind = [] }: RehearsalRow): string {
  return byKind.map((of) => `${of.kind} ${formatAnswers(of)}`).join(', ');
}

/** What an attack costs the thief: "+1.2 % loss"; where only answers change, how many of the ordinary ones. */
export function formatCost(row: RehearsalRow): string {
  if (row.cost !== null) {
    const loss = `${formatSignedPercent(row.cost, 1)} loss`;
    return isRuined(row) ? `${loss}: ruined` : loss;
  }
  return row.changedAnswers === null
    ? 'not measured'
    : `${formatPercent(row.changedAnswers, 0)} of ordinary answers begin differently`;
}

/** A row in one sentence. */
export function sayRehearsalRow(row: RehearsalRow): string {
  const draw = row.drawLog10P === null ? '' : `, draw test ${formatDraw(row.drawLog10P)}`;
  const kinds = formatKinds(row);
  const cost = row.attack === null || formatCost(row) === 'not measured' ? '' : `, ${formatCost(row)}`;
  return `${nameAttack(row.attack)}: ${formatAnswers(row)} keys answered${kinds && ` (${kinds})`}${draw}${cost}. ${nameVerdict(row.verdict)}.`;
}

/** "The mark is still found after 4 of 5 attacks", without a full stop. Attacks that ruin the model do not count. */
export function summariseRehearsal(rows: readonly RehearsalRow[]): string {
  if (rows.some((row) => row.attack === null && !isFound(row)))
    return 'The mark is not found in the copy as it is';
  const attacked = rows.filter(({ attack }) => attack !== null);
  const counted = attacked.filter((row) => !isRuined(row));
  const found = counted.filter(isFound);
  const ruined = attacked.length - counted.length;
  const rest = ruined === 0 ? '' : `; ${formatCounted(ruined, 'more attack')} ruined the model`;
  const all = formatCounted(counted.length, 'attack');
  if (counted.length === 0) return 'Every attack ruined the model';
  if (found.length === 0) return `The mark is not found after any of ${all}${rest}`;
  if (found.length === counted.length) return `The mark is still found after each of ${all}${rest}`;
  return `The mark is still found after ${formatOf(found.length, counted.length)} attacks${rest}`;
}

/** What does not survive, in sentences: after which attacks the mark is lost, and after which most answers are. */
export function describeLosses(rows: readonly RehearsalRow[]): string {
  const attacked = rows.filter((row) => row.attack !== null && !isRuined(row));
  const list = (some: readonly RehearsalRow[]): string =>
    some.map(({ attack }) => `“${nameAttack(attack)}”`).join(', ');
  const lost = attacked.filter((row) => !isFound(row));
  const quiet = attacked.filter((row) => isFound(row) && row.answered < row.asked / 2);
  return [
    `${formatCounted(attacked.length, 'attack')} left a usable model.`,
    ...(lost.length === 0 ? [] : [`The mark is not found after ${list(lost)}.`]),
    ...(quiet.length === 0
      ? []
      : [`It is found, but fewer than half of the keys are answered, after ${list(quiet)}.`]),
  ].join(' ');
}

const gradeWords: Readonly<Record<Grade, string>> = {
  A: 'the mark is found after every attack, and at least half of the keys are answered after each',
  B: 'the mark is found after every attack',
  C: 'the mark is found after at least three quarters of the attacks',
  D: 'the mark is found after at least half of the attacks',
  E: 'the mark is found after fewer than half of the attacks',
  F: 'the mark is found after no attack, or not in the copy as it is',
};

/** The grade with its rule; nothing where the attacks were chosen one by one. */
export function sayGrade({ grade, settings }: Pick<RehearsalReport, 'grade' | 'settings'>): string[] {
  if (grade === null) return [];
  return [
    `Grade ${grade} on the list “${settings.list ?? ''}”: ${gradeWords[grade]}. Attacks that raise the loss by more than ${percent(ruinousCost)} do not count.`,
  ];
}

/** What the certificate binds. */
export function sayCertificate({ certificate, release }: RehearsalReport): string {
  const bound = release === null ? 'the copy, for which the key file has no release' : 'the release';
  return `Certificate ${certificate.slice(0, 16)}…: it binds these figures to ${bound}, the commitment, the settings and this version of the program.`;
}
