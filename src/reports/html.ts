import { basename } from 'node:path';
import type { DriftReport } from '../drift/driftReport';
import type { VerifyReport } from '../verify/verifyReport';
import { drawDriftChart } from './charts/driftChart';
import { drawRankHistogram } from './charts/rankHistogram';
import { listDriftRecord, tabulateDistance, tabulateLoss, tabulateRanges } from './driftTables';
import { html, type Html } from './escape';
import { nameTest } from './makeVerifyReport';
import { renderFacts, renderPage, renderTable } from './page';
import { describeAnswer, listVerifyRecord, tabulateKeys, tabulateRanks, tabulateTests } from './verifyTables';
import { formatDate, formatOf, formatCount } from './words';

const MARKS = { match: '✔', 'no-evidence': '–', undetermined: '?' } as const;

/** A verification as one self-contained page. */
export function renderVerifyHtml(report: VerifyReport): string {
  const { verdict } = report;
  const name = basename(report.suspect.path) || report.suspect.path;
  const body = html`<section class="${verdict.kind}">
      <p class="muted">Does ${name} carry the fingerprints of this key set?</p>
      <p class="finding">
        <span class="mark" aria-hidden="true">${MARKS[verdict.kind]}</span>${verdict.sentence}
      </p>
      <p>${verdict.chance}</p>
      <p class="muted small">${verdict.rule}</p>
    </section>
    <section>
      <h2>How the number was reached</h2>
      ${renderTable(tabulateTests(report))}
      <p class="muted small">${verdict.correction}</p>
    </section>
    ${report.draws.map(renderDraw)}
    <section class="two">
      <div>
        <h2>What was found</h2>
        ${list(report.shows, 'shows')}
      </div>
      <div>
        <h2>What it does not show</h2>
        ${list(report.doesNotShow, 'limits')}
      </div>
    </section>
    <section>
      <h2>Keys asked</h2>
      ${renderStrip(report)} ${renderTable(tabulateKeys(report))}
    </section>
    <section>
      <h2>Record</h2>
      ${renderFacts(listVerifyRecord(report))}
    </section>`;
  return renderPage(`Verification of ${name}`, [`checked ${formatDate(report.date)}`, report.device], body);
}

function renderDraw(draw: VerifyReport['draws'][number]): Html {
  return html`<section class="two">
    <figure>
      <h2>${nameTest(draw.name)}</h2>
      ${drawRankHistogram(draw)}
      <p class="legend">
        <span><i class="is-seen"></i>keys seen at each place</span
        ><span><i class="is-luck"></i>what luck gives</span>
      </p>
    </figure>
    ${renderTable(tabulateRanks(draw))}
  </section> `;
}

function renderStrip({ keys, keySet, answers }: VerifyReport): Html {
  const label = `${formatOf(answers.hits, answers.asked)} keys answered, ${formatCount(keySet.count - answers.asked)} not asked.`;
  const classes = keys.map(({ answered }) =>
    answered === null ? 'unasked' : answered ? 'answered' : 'missed',
  );
  return html`<div class="strip" role="img" aria-label="${label}">
    ${classes.map(
      (name, i) => html`<span class="${name}" title="${describeAnswer(keys[i]!.answered)}"></span>`,
    )}
  </div>`;
}

/** A measurement of drift as one self-contained page. */
export function renderDriftHtml(report: DriftReport): string {
  const name = basename(report.marked.path) || report.marked.path;
  const body = html`<section>
      <p class="muted">What did marking cost ${name}?</p>
      <p class="finding">${report.sentence}</p>
      <p>${report.detail}</p>
    </section>
    <section>
      <h2>Loss and perplexity</h2>
      ${renderTable(tabulateLoss(report))}
    </section>
    <section class="two">
      <figure>
        <h2>How far single tokens moved</h2>
        ${drawDriftChart(report)}
        <p class="legend">
          <span><i class="is-seen"></i>tokens, by distance (KL) in nats</span>
        </p>
      </figure>
      ${renderTable(tabulateRanges(report))}
    </section>
    <section>
      <h2>Distance</h2>
      ${renderTable(tabulateDistance(report))}
    </section>
    ${report.continuations.length > 0 ? renderContinuations(report) : []}
    <section>
      <h2>Limits</h2>
      ${list(report.limits, 'limits')}
    </section>
    <section>
      <h2>Record</h2>
      ${renderFacts(listDriftRecord(report))}
    </section>`;
  const subtitle = [`measured ${formatDate(report.date)}`, report.device];
  return renderPage(`Drift of ${name}`, subtitle, body);
}

function renderContinuations({ continuations }: DriftReport): Html {
  const pairs = continuations.map((pair) => {
    const same = pair.base === pair.marked;
    return html`<div class="pair">
      <p class="muted">${pair.prompt}</p>
      <div class="two">
        <p>${same ? pair.base.trim() : markRest(pair.base, pair.marked, 'del')}</p>
        <p>${same ? html`<span class="muted">identical</span>` : markRest(pair.marked, pair.base, 'ins')}</p>
      </div>
    </div> `;
  });
  return html`<section>
    <h2>Before and after</h2>
    <p class="muted small">
      The same beginnings continued by both models: the original at the left, the marked model at the right.
    </p>
    ${pairs}
  </section>`;
}

/** Marks what follows the first difference, from the start of its word. */
function markRest(text: string, other: string, tag: 'del' | 'ins'): Html {
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  const from = text.lastIndexOf(' ', same - 1) + 1;
  const rest = text.slice(from).trimEnd();
  return html`${text.slice(0, from).trimStart()}${tag === 'del' ? html`<del>${rest}</del>` : html`<ins>${rest}</ins>`}`;
}

function list(lines: readonly string[], name: 'shows' | 'limits'): Html {
  return html`<ul class="${name}">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`;
}
