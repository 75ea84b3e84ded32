import type { SurvivalReport } from '../../rehearse/survivalReport';
import { showPlace } from '../page/reportView';
import { formatDate } from '../../words/dates';
import { formatCount, formatOf, formatPercent, formatSignedPercent, formatSmall } from '../../words/numbers';
import { formatDraw, nameAttack, nameVerdict } from '../words/survival';
import type { Fact, Table } from './table';

/** What every copy answered. */
export function tabulateAnswers({ rows }: SurvivalReport): Table {
  return {
    caption: 'What the attacked copies show of the keys',
    columns: [
      { name: 'Done to the copy' },
      { name: 'Keys answered', isNumber: true },
      { name: 'Draw test, p', isNumber: true },
      { name: 'A verification says' },
    ],
    rows: rows.map((row) => [
      nameAttack(row.attack),
      formatOf(row.answered, row.asked),
      formatDraw(row.drawLog10P),
      nameVerdict(row.verdict),
    ]),
    strongRow: -1,
  };
}

/** How far every copy is from the base. */
export function tabulateDamage({ rows }: SurvivalReport): Table {
  return {
    caption: 'How far they are from the base',
    columns: [
      { name: 'Done to the copy' },
      { name: 'KL, nats', isNumber: true },
      { name: 'Same likeliest token', isNumber: true },
      { name: 'Change of loss', isNumber: true },
    ],
    rows: rows.map((row) => [
      nameAttack(row.attack),
      formatSmall(row.kl),
      formatPercent(row.agreement, 1),
      formatSignedPercent(row.lossRise, 2),
    ]),
    strongRow: -1,
  };
}

export function listSurvivalModels({ base, marked }: SurvivalReport): Fact[] {
  return [
    { name: 'Marked', value: showPlace(marked.path) },
    { name: 'Digest of the marked model', value: marked.digest, isCode: true },
    { name: 'Base', value: showPlace(base.path) },
    { name: 'Digest of the base', value: base.digest, isCode: true },
  ];
}

/** The circumstances: keys, texts, program, date. */
export function listSurvivalRecord(report: SurvivalReport): Fact[] {
  return [
    { name: 'Keys', value: formatCount(report.keySet.count) },
    { name: 'Commitment', value: report.keySet.commitment, isCode: true },
    { name: 'Texts', value: report.textSources.join(', ') },
    { name: 'Device', value: report.device },
    { name: 'Made with', value: report.tool },
    { name: 'Tested', value: `${formatDate(report.date)}, by this computer’s clock` },
  ];
}
