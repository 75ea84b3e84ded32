import { reportKinds } from '../../contract/reportKinds';
import type { VerifyReport } from '../../verify/verifyReport';
import type { Charts, DrawChart } from '../charts/drawing';
import { planRankHistogram } from '../charts/rankHistogram';
import { planVerdictChart } from '../charts/verdictChart';
import { type Html, html } from '../../words/escape';
import { explainScore, listFindings } from '../words/findings';
import { titleReport } from '../../words/reports';
import { sumUpVerification } from '../words/inShort';
import { sayReliance } from '../words/reliance';
import { explainVerifyTerms } from '../words/terms';
import { renderReliance, renderSignatures, renderTerms } from './closing';
import { planGrowth, type EvidenceGrowth } from '../charts/growthChart';
import { planEvidenceCharts, renderEvidence } from './viewEvidence';
import { renderIcon } from './icons';
import { speakPowers } from './powers';
import { renderFilter, renderStrip } from './keyStrip';
import { nameTest } from '../words/testNames';
import type { Fact } from '../tables/table';
import {
  renderFacts,
  renderFigure,
  renderList,
  renderNotReady,
  renderOrigin,
  renderTable,
  type Presentation,
} from './pieces';
import { nameModel, showPlace, type ReportView } from './reportView';
import {
  listKinship,
  listModels,
  listNoticed,
  listVerifyRecord,
  tabulateKeys,
  tabulateLuck,
  tabulateRanks,
  tabulateTests,
  type RevealedKeys,
} from '../tables/verifyTables';
import { formatDate } from '../../words/dates';
import { formatOf } from '../../words/numbers';

/** A verification; `revealed` holds the keys that are shown in the clear. */
export function viewVerify(
  report: VerifyReport,
  presentation: Presentation,
  revealed: RevealedKeys = new Map(),
): ReportView {
  const growth = planGrowth(report);
  const charts = planCharts(report, growth);
  const body = html`${renderNotReady(report.notReady)} ${renderVerdict(report, charts, presentation)}
    ${renderRanks(report, charts)} ${renderEvidence(report, growth, charts)}
    ${renderKeys(report, presentation, revealed)}
    <section>
      <h2>How the number was reached</h2>
      ${renderTable(tabulateTests(report))}
      <p class="muted small">${speakPowers(`${report.verdict.correction} ${explainP(report)}`)}</p>
    </section>
    <section class="two">
      <div>
        <h2>What this shows</h2>
        ${renderList(report.shows, 'shows')}
      </div>
      <div>
        <h2>${headLimits(report)}</h2>
        ${renderList(report.doesNotShow, 'limits')}
      </div>
    </section>
    ${renderSeen(report)} ${renderOrigin(listModels(report), listVerifyRecord(report), presentation)}
    ${renderReliance(sayReliance(report))} ${renderTerms(explainVerifyTerms(report), presentation)}
    ${renderSignatures(listSigned(report), presentation)}`;
  return {
    title: titleReport(reportKinds.verify, nameModel(report.suspect.path)),
    subtitle: [showPlace(report.suspect.path), `checked ${formatDate(report.date)}`],
    body,
    charts,
  };
}

/** What the suspect is, and what was noticed about it; nothing in reports of earlier versions. */
function renderSeen(report: VerifyReport): Html {
  const [kinship, noticed] = [listKinship(report), listNoticed(report)];
  if (kinship.length === 0 && noticed.length === 0) return html``;
  const column = (head: string, lines: readonly string[]): Html =>
    lines.length === 0
      ? html``
      : html`<div>
          <h2>${head}</h2>
          ${renderList(lines, 'limits')}
        </div>`;
  return html`<section class="two">
    ${column('What the suspect is', kinship)} ${column('What was noticed', noticed)}
  </section>`;
}

function planCharts(report: VerifyReport, growth: EvidenceGrowth | undefined): Charts {
  const answers = planVerdictChart(report);
  const ranks = report.draws
    .filter(({ asked }) => asked > 0)
    .map((draw): [string, DrawChart] => [draw.name, planRankHistogram(draw)]);
  return new Map([
    ...(answers ? [['answers', answers] as const] : []),
    ...ranks,
    ...planEvidenceCharts(report, growth),
  ]);
}

/** The questions to the suspect, in plain words. */
export function askQuestion({ suspect, base }: VerifyReport): readonly [string, string, string, string] {
  const name = nameModel(suspect.path);
  return base
    ? ['Does ', name, ' carry the fingerprints drawn for ', nameModel(base.path)]
    : ['Does ', name, ' carry the fingerprints of this key set', ''];
}

/** What is signed for: the result, and every number that identifies what it is about. */
export function listSigned({ suspect, base, keySet, verdict, date }: VerifyReport): Fact[] {
  return [
    { name: 'Result', value: verdict.sentence },
    { name: 'Suspect', value: `${nameModel(suspect.path)}, ${suspect.digest}` },
    ...(base ? [{ name: 'Base', value: `${nameModel(base.path)}, ${base.digest}` }] : []),
    { name: 'Commitment', value: keySet.commitment },
    { name: 'Checked', value: `${formatDate(date)}, by the clock of the computer that made the report` },
  ];
}

/** The heading of what a report does not show. */
export function headLimits({ verdict }: VerifyReport): string {
  const isOpen = verdict.kind === 'undetermined';
  return isOpen ? 'What it does not show, and what would settle it' : 'What it does not show';
}

/** Where the p-values of the draw come from; empty when there was no draw to test. */
export function explainP({ draws }: VerifyReport): string {
  return draws.length === 0
    ? ''
    : 'The p-value of a draw is that of its sum of ranks, counted from the 1st, by the exact law.';
}

function renderVerdict(report: VerifyReport, charts: Charts, presentation: Presentation): Html {
  const { verdict } = report;
  const [does, suspect, carry, base] = askQuestion(report);
  const figure = charts.has('answers')
    ? renderFigure(
        { charts, name: 'answers' },
        { title: 'Expected by chance', unit: 'keys answered, of those asked' },
        tabulateLuck(report),
        { hidesHead: true },
      )
    : html``;
  return html`<section class="verdict">
    <div>
      <p class="muted">${does}<b class="strong">${suspect}</b>${carry}<b class="strong">${base}</b>?</p>
      <div class="answer ${verdict.kind}">
        ${renderIcon(verdict.kind)}
        <h2 class="finding">${verdict.sentence}</h2>
        <p class="chance">${speakPowers(verdict.chance)}</p>
      </div>
      <div class="in-short">${renderFacts(sumUpVerification(report), presentation)}</div>
      <ul class="findings">
        ${listFindings(report).map(
          ({ test, sentence, detail, isEnough }) =>
            html`<li>
              ${renderIcon(isEnough ? 'pass' : 'no-evidence')}
              <p class="strong">${nameTest(test)}: ${sentence}</p>
              <p class="muted">${detail}</p>
            </li> `,
        )}
      </ul>
    </div>
    ${figure}
  </section>`;
}

function renderRanks({ draws }: VerifyReport, charts: Charts): Html {
  const drawn = draws.filter(({ name }) => charts.has(name));
  if (drawn.length === 0) return html``;
  const legend = html`<p class="legend">
    <span><i class="swatch main"></i>keys at each rank</span
    ><span><i class="swatch luck"></i>expected by chance</span>
  </p>`;
  return html`<section>
    <div class="heading">
      <h2>Rank of the drawn word</h2>
      <span class="muted"
        >among the candidates of its key; the draw was secret, so by chance every rank is equally likely</span
      >
    </div>
    <div class="${drawn.length === 1 ? 'beside' : 'two'}">
      ${drawn.map((draw) =>
        renderFigure(
          { charts, name: draw.name },
          {
            title: nameTest(draw.name),
            value: `${formatOf(draw.firsts, draw.asked)} first`,
            unit: explainScore(draw.name),
          },
          tabulateRanks(draw),
          { legend },
        ),
      )}
    </div>
  </section>`;
}

function renderKeys(report: VerifyReport, { isInteractive }: Presentation, revealed: RevealedKeys): Html {
  const table = tabulateKeys(report, revealed);
  return html`<section>
    <div class="heading">
      <h2>Keys asked</h2>
      <span class="muted">${table.caption}</span>
      ${isInteractive ? renderFilter(report) : html``}
    </div>
    ${renderStrip(report)}
    <div
      class="scroll"
      ${isInteractive ? html`tabindex="0" role="region" aria-label="Keys in the order asked"` : html``}
    >
      ${renderTable(table, { hidesCaption: true })}
    </div>
  </section>`;
}
