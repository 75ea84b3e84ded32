import type { RehearsalReport } from '../../rehearse/rehearsalReport';
import { showPlace } from '../page/reportView';
import { formatDate } from '../../words/dates';
import { formatCount, formatPercent, formatSmall } from '../../words/numbers';
import {
  formatAnswers,
  formatCost,
  formatDraw,
  formatKinds,
  nameAttack,
  nameVerdict,
} from '../words/rehearsal';
import type { Fact, Table } from './table';

/** Of weights that stay as they are. */
const unchanged = 'unchanged';

/** What every copy answered. */
export function tabulateAnswers({ rows }: RehearsalReport): Table {
  const hasKinds = rows.some(({ byKind }) => byKind !== undefined);
  return {
    caption: 'What the attacked copies show of the keys',
    columns: [
      { name: 'Done to the copy' },
      { name: 'Keys answered', isNumber: true },
      ...(hasKinds ? [{ name: 'Of each kind', isWideOnly: true }] : []),
      { name: 'Draw test, p', isNumber: true },
      { name: 'A verification says' },
    ],
    rows: rows.map((row) => [
      nameAttack(row.attack),
      formatAnswers(row),
      ...(hasKinds ? [formatKinds(row)] : []),
      formatDraw(row.drawLog10P),
      nameVerdict(row.verdict),
    ]),
    strongRow: -1,
  };
}

/** What every attack costs the thief, and how far the copies are from the base. */
export function tabulateDamage({ rows }: RehearsalReport): Table {
  return {
    caption: 'What the attacks cost the thief',
    columns: [
      { name: 'Done to the copy' },
      { name: 'Cost, against the copy as it is' },
      { name: 'KL from the base, nats', isNumber: true },
      { name: 'Same likeliest token', isNumber: true },
    ],
    rows: rows.map((row) => [
      nameAttack(row.attack),
      row.attack === null ? '' : formatCost(row),
      row.kl === null ? unchanged : formatSmall(row.kl),
      row.agreement === null ? unchanged : formatPercent(row.agreement, 1),
    ]),
    strongRow: -1,
  };
}

export function listRehearsalModels({ base, marked }: RehearsalReport): Fact[] {
  return [
    { name: 'Marked', value: showPlace(marked.path) },
    { name: 'Digest of the marked model', value: marked.digest, isCode: true },
    { name: 'Base', value: showPlace(base.path) },
    { name: 'Digest of the base', value: base.digest, isCode: true },
  ];
}

/** The circumstances: keys, texts, program, date. */
export function listRehearsalRecord(report: RehearsalReport): Fact[] {
  return [
    { name: 'Keys', value: formatCount(report.keySet.count) },
    { name: 'Commitment', value: report.keySet.commitment, isCode: true },
    { name: 'Release', value: report.release ?? 'none in the key file', isCode: report.release !== null },
    ...(report.settings.mergedWith === null
      ? []
      : [{ name: 'Merged with', value: report.settings.mergedWith, isCode: true }]),
    { name: 'Certificate', value: report.certificate, isCode: true },
    { name: 'Texts', value: report.textSources.join(', ') },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
    { name: 'Rehearsed', value: `${formatDate(report.date)}, by this computer’s clock` },
  ];
}
