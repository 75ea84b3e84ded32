import type { DriftReport } from '../../drift/driftReport';
import { reportKinds } from '../../contract/reportKinds';
import { titleReport } from '../../words/reports';
import { planDriftChart } from '../charts/driftChart';
import { showContinuation } from '../words/continuationWords';
import { explainHowFar, sayHowFar } from '../words/driftWords';
import { compareWords, type Stretch } from '../words/compareWords';
import {
  listComparedModels,
  listDriftRecord,
  tabulateDistance,
  tabulateLoss,
  tabulateRanges,
  tabulateRoundings,
} from '../tables/driftTables';
import { html, type Html } from '../../words/escape';
import {
  renderFigure,
  renderList,
  renderNotReady,
  renderOrigin,
  renderTable,
  type Presentation,
} from './pieces';
import { renderLeakage } from '../leakage/viewLeakage';
import { listTaskCharts, renderTasks } from '../tasks/viewTasks';
import { explainDriftTerms } from '../words/terms';
import { renderTerms } from './closing';
import { nameModel, showPlace, type ReportView } from './reportView';
import { formatCounted } from '../../words/numbers';
import { formatDate } from '../../words/dates';

/** A measurement of the cost of marking. */
export function viewDrift(report: DriftReport, presentation: Presentation): ReportView {
  const charts = new Map([['distance', planDriftChart(report)], ...listTaskCharts(report)]);
  const body = html`${renderNotReady(report.notReady)}
    <section class="verdict">
      <div>
        <p class="muted">How far did marking move <b class="strong">${nameModel(report.marked.path)}</b>?</p>
        <div class="answer plain">
          <h2 class="finding">${sayHowFar(report)}</h2>
          <p class="chance">${explainHowFar(report)}</p>
          <p class="muted">${describeTexts(report)}</p>
        </div>
        <h3>Drift of the predictions</h3>
        ${renderTable(tabulateDistance(report), { hidesCaption: true })} ${renderRoundings(report)}
        <h3>Change in loss and perplexity</h3>
        ${renderTable(tabulateLoss(report))}
      </div>
      ${renderFigure(
        { charts, name: 'distance' },
        {
          title: 'How far single tokens moved',
          unit: 'tokens by KL divergence in nats; the limits are between the bars',
        },
        tabulateRanges(report),
      )}
    </section>
    ${renderTasks(report, charts)} ${renderLeakage(report)} ${renderContinuations(report)}
    ${renderOrigin(listComparedModels(report), listDriftRecord(report), presentation)}
    <section>
      <h2>Limits</h2>
      ${renderList(report.limits, 'limits')}
    </section>
    ${renderTerms(explainDriftTerms(report), presentation)}`;
  return {
    title: titleReport(reportKinds.drift, nameModel(report.marked.path)),
    subtitle: [showPlace(report.marked.path), `measured ${formatDate(report.date)}`],
    body,
    charts,
  };
}

/** A description of the texts on which the two were compared. */
export function describeTexts({ texts, tokens }: DriftReport): string {
  return `Both models were asked to predict the same ${formatCounted(tokens, 'token')} of ${formatCounted(texts, 'text')}.`;
}

/** A description of the pairs of texts. */
export function describeContinuations({ continuations }: DriftReport): string {
  const changed = continuations.filter(({ base, marked }) => base !== marked).length;
  return `the same beginnings, continued greedily by both models; ${changed} of ${continuations.length} differ`;
}

/** The yardstick, where it was measured. */
function renderRoundings(report: DriftReport): Html {
  const table = tabulateRoundings(report);
  if (!table) return html``;
  return html`<h3>Beside rounding of the base</h3>
    ${renderTable(table)}`;
}

function renderContinuations(report: DriftReport): Html {
  if (report.continuations.length === 0) return html``;
  const pairs = report.continuations.map(showContinuation).map(({ role, prompt, base, marked }) => {
    const { before, after } = compareWords(base.trim(), marked.trim());
    const isSame = base === marked;
    return html`<li>
      <p class="small">
        ${role === '' ? html`` : html`<span class="muted prompt-role">${role}</span><span class="vh">: </span>`}${prompt}
      </p>
      <div class="pair">
        <p>
          <span class="narrow-only muted" aria-hidden="true">Base: </span
          ><span class="vh">Base: </span>${markStretches(before, 'del')}
        </p>
        <p>
          <span class="narrow-only muted" aria-hidden="true">Marked: </span><span class="vh">Marked: </span>
          ${isSame ? html`<span class="muted">identical</span>` : markStretches(after, 'ins')}
        </p>
      </div>
    </li> `;
  });
  return html`<section>
    <div class="heading">
      <h2>Before and after</h2>
      <span class="muted">${describeContinuations(report)}</span>
    </div>
    <div class="pair wide-only" aria-hidden="true">
      <h3>Base</h3>
      <h3>Marked</h3>
    </div>
    <ul class="pairs">
      ${pairs}
    </ul>
  </section>`;
}

function markStretches(stretches: readonly Stretch[], tag: 'del' | 'ins'): Html {
  const parts = stretches.map(({ text, isSame }) => {
    if (isSame) return html`${text}`;
    const [, space = '', words = ''] = /^(\s*)(.*)$/s.exec(text) ?? [];
    return tag === 'del' ? html`${space}<del>${words}</del>` : html`${space}<ins>${words}</ins>`;
  });
  return html`<span class="verbatim">${parts}</span>`;
}
