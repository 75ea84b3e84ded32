import { basename } from 'node:path';
import { type FallenShort, sayNotReady } from '../reports/words/notReady';
import { formatDate } from '../words/dates';
import type { VerifyReport } from '../verify/verifyReport';

/** The badge that the Explorer shows after the name of a checkpoint folder or a weight file. */
interface Badge {
  readonly sign: string;
  readonly colour: string;
  readonly tooltip: string;
}

/** Not M or A, which belong to version control. */
const signs = { match: '✓', agrees: '≈', 'no-evidence': '–', undetermined: '?', refused: '×' } as const;
const colours = {
  match: 'charts.blue',
  agrees: 'charts.yellow',
  'no-evidence': 'descriptionForeground',
  undetermined: 'charts.yellow',
  refused: 'charts.red',
} as const;

/** A copy that is not ready to publish gets that badge before any verdict; the tooltip says both. */
export function chooseBadge(
  folder: string,
  notReady: FallenShort | undefined,
  report: VerifyReport | undefined,
): Badge | undefined {
  const said = report && `${report.verdict.sentence} (${formatDate(report.date)})`;
  const tell = (words: string): string => `${basename(folder)}: ${words}`;
  if (notReady) {
    const words = [sayNotReady(notReady), said].filter((part) => part !== undefined).join('. ');
    return { sign: '!', colour: 'list.warningForeground', tooltip: tell(words) };
  }
  if (!report || said === undefined) return undefined;
  const { kind } = report.verdict;
  return { sign: signs[kind], colour: colours[kind], tooltip: tell(said) };
}
