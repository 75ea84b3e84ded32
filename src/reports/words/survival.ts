import type { AttackName } from '../../rehearse/attackNames';
import type { SurvivalRow } from '../../rehearse/survivalReport';
import { formatCounted, formatFixed, formatOf, formatPower, formatSmall } from '../../words/numbers';

const attackWords: Readonly<Record<AttackName, string>> = {
  'rounded-to-8-bits': 'Rounded to 8 bits',
  'rounded-to-4-bits': 'Rounded to 4 bits',
  'merged-half': 'Merged with its base, half of each',
  'merged-quarter': 'Merged with its base, a quarter of the copy',
  'pruned-fifth': 'Pruned by 20 %',
};

/** What was done to a copy: "Rounded to 8 bits". Of the copy itself: "Left as it is". */
export function nameAttack(attack: AttackName | null): string {
  return attack === null ? 'Left as it is' : attackWords[attack];
}

const verdictWords: Readonly<Record<SurvivalRow['verdict'], string>> = {
  match: 'Match',
  agrees: 'Agrees with the key file',
  'no-evidence': 'No evidence',
  undetermined: 'Undetermined',
  refused: 'Refused',
};

/** What a verification would conclude. */
export function nameVerdict(verdict: SurvivalRow['verdict']): string {
  return verdictWords[verdict];
}

/** Whether a verification would still find the mark. */
export function isFound({ verdict }: Pick<SurvivalRow, 'verdict'>): boolean {
  return verdict === 'match' || verdict === 'agrees';
}

/** The draw test as a power of ten: "10⁻⁶⁴"; "not measured" where nothing could be ranked. */
export function formatDraw(log10P: number | null): string {
  if (log10P === null) return 'not measured';
  return log10P > -1 ? formatFixed(10 ** log10P, 2) : formatPower(Math.ceil(log10P - 1e-9));
}

/** A row in one sentence. */
export function saySurvivalRow(row: SurvivalRow): string {
  const draw = row.drawLog10P === null ? '' : `, draw test ${formatDraw(row.drawLog10P)}`;
  const kl = `KL ${formatSmall(row.kl)} nats a token from the base`;
  return `${nameAttack(row.attack)}: ${formatOf(row.answered, row.asked)} keys answered${draw}, ${kl}. ${nameVerdict(row.verdict)}.`;
}

/** "The mark is still found after 4 of 5 attacks", without a full stop. */
export function summariseSurvival(rows: readonly SurvivalRow[]): string {
  if (rows.some((row) => row.attack === null && !isFound(row)))
    return 'The mark is not found in the copy as it is';
  const attacked = rows.filter(({ attack }) => attack !== null);
  const found = attacked.filter(isFound);
  const all = formatCounted(attacked.length, 'attack');
  if (found.length === 0) return `The mark is not found after any of ${all}`;
  if (found.length === attacked.length) return `The mark is still found after each of ${all}`;
  return `The mark is still found after ${formatOf(found.length, attacked.length)} attacks`;
}
