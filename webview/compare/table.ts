import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { ComparedRelease } from '../../src/protocol/compare';
import { nameAttack, nameVerdict } from '../../src/reports/words/survival';
import { formatDate } from '../../src/words/dates';
import { formatDuration } from '../../src/words/figures';
import { formatDrift } from '../../src/words/drift';
import { formatCount, formatOf, formatPercent } from '../../src/words/numbers';
import { renderLink } from '../parts/buttons';
import { renderIcon, renderRowIcon } from '../parts/icons';
import { columns, sortReleases, type Column } from './sorting';
import { findWorst } from './survived';
import { toggleChosen, type CompareView } from './view';

const heads: Readonly<Record<Column, string>> = {
  name: 'Release',
  made: 'Made',
  recipe: 'Differs in',
  keys: 'Keys answered',
  kl: 'KL, nats a token',
  agreement: 'Same likeliest token',
  verdict: 'Verdict',
  survival: 'After attacks, at worst',
  time: 'Took',
};
const numbers = new Set<Column>(['keys', 'kl', 'agreement', 'time']);

export const notMeasured = html`<span class="muted">not measured</span>`;

/** All releases of the base. Every head sorts; the boxes choose whose curves are drawn. */
export function renderReleases(view: CompareView): TemplateResult {
  const { snapshot, state } = view;
  return html`<section>
    <div class="section-head">
      <h2 id="releases">Releases</h2>
      <span class="muted">choose two to lay their curves over each other</span>
      <span class="grow"></span>${renderMeasureAll(view)}
    </div>
    <table class="rows compared" role="table" aria-labelledby="releases">
      <thead role="rowgroup">
        <tr role="row">
          <td role="columnheader" class="sign"><span class="unseen">Chosen</span></td>
          ${columns.map((column) => renderHead(view, column))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${sortReleases(snapshot.releases, state.sorting).map((release) => renderRelease(view, release))}
      </tbody>
    </table>
    <p class="why">
      Keys answered, KL and time are those of the run, when it read the copy back; the likeliest token comes
      from the drift report, verdict and attacks from theirs. “Not measured” is no zero.
    </p>
  </section>`;
}

/** One click measures alike what is not yet; it keeps its place while that is in progress. */
function renderMeasureAll({ snapshot, act }: CompareView): TemplateResult | typeof nothing {
  const { releases, unmeasured, measuring, chosen, isTrusted } = snapshot;
  if (measuring !== null)
    return html`<span class="num" role="status"
      >Measuring drift: ${formatCount(measuring.done + 1)} of ${formatCount(measuring.total)}…</span
    >`;
  if (!isTrusted || releases.length < 2 || unmeasured === 0 || chosen === null) return nothing;
  return renderLink('Measure Drift of All Releases', () => act({ type: 'measureReleases', path: chosen }));
}

function renderHead({ state: { sorting }, sort }: CompareView, column: Column): TemplateResult {
  const isSorted = sorting.by === column;
  const direction = !isSorted ? 'none' : sorting.isDescending ? 'descending' : 'ascending';
  return html`<th
    scope="col"
    role="columnheader"
    class=${numbers.has(column) ? 'n' : ''}
    aria-sort=${direction}
  >
    <button type="button" class="sort" data-sort=${column} @click=${() => sort(column)}>
      ${heads[column]}${isSorted ? renderIcon(sorting.isDescending ? 'arrow-down' : 'arrow-up') : nothing}
    </button>
  </th>`;
}

function renderRelease(view: CompareView, release: ComparedRelease): TemplateResult {
  const { chosen } = view.state;
  const isChosen = chosen.includes(release.folder);
  const toggle = (): void => view.change({ chosen: toggleChosen(chosen, release.folder) });
  return html`<tr role="row" class=${isChosen ? 'is-chosen' : ''}>
    <td role="cell" class="sign" data-label="Curves">
      <input
        type="checkbox"
        aria-label=${`Curves of ${release.name}`}
        .checked=${live(isChosen)}
        @change=${toggle}
      />
    </td>
    ${columns.map(
      (column) =>
        html`<td
          role="cell"
          class="${numbers.has(column) ? 'n' : ''} of-${column}"
          data-label=${heads[column]}
        >
          <div>${cells[column](view, release)}</div>
        </td>`,
    )}
  </tr>`;
}

type Cell = (view: CompareView, release: ComparedRelease) => unknown;

const cells: Readonly<Record<Column, Cell>> = {
  name: ({ act }, { name, runFolder, notReady }) =>
    html`${notReady === null ? nothing : html`<span title=${`${notReady}.`}>${renderIcon('warning', 'warn')}</span><span class="unseen">${notReady}. </span>`}${renderLink(
      name,
      () => act({ type: 'openRun', path: runFolder }),
    )}`,
  made: (_view, { madeAt }) => (madeAt === null ? 'not known' : formatDate(madeAt)),
  recipe: (_view, { recipe }) => renderRecipe(recipe),
  keys: (_view, { answered, keyCount }) => (answered === null ? notMeasured : formatOf(answered, keyCount)),
  kl: (_view, { kl, driftBudget }) =>
    kl === null ? notMeasured : formatDrift({ kl, budget: driftBudget ?? undefined }),
  agreement: (view, { agreement, folder }) =>
    agreement === null
      ? renderMissing(view, 'Measure Drift', { type: 'measureDrift', path: folder })
      : renderLink(formatPercent(agreement.value, 1), () =>
          view.act({ type: 'openReport', path: agreement.report }),
        ),
  verdict: (view, { verdict, folder }) =>
    verdict === null
      ? renderMissing(view, 'Verify', { type: 'verifyRelease', path: folder })
      : html`${renderRowIcon(verdict.kind === 'undetermined' ? 'unknown' : verdict.kind)}
        ${renderLink(nameVerdict(verdict.kind), () => view.act({ type: 'openReport', path: verdict.report }))}`,
  survival: (view, release) => renderSurvival(view, release),
  time: (_view, { seconds }) => (seconds === null ? notMeasured : formatDuration(seconds)),
};

function renderRecipe(recipe: ComparedRelease['recipe']): unknown {
  if (recipe === null) return 'not known';
  if (recipe.length === 0) return html`<span class="muted">nothing</span>`;
  return recipe.map(({ name, value }) => `${name} ${value}`).join(', ');
}

function renderSurvival(view: CompareView, { survival, folder }: ComparedRelease): unknown {
  const worst = survival === null ? undefined : findWorst(survival.rows);
  if (survival === null || worst === undefined)
    return renderMissing(view, 'Test Survival', { type: 'testSurvival', path: folder });
  return html`${renderLink(formatOf(worst.answered, worst.asked), () =>
      view.act({ type: 'openReport', path: survival.report }),
    )} <span class="muted">${nameAttack(worst.attack)}</span>`;
}

/** What is missing, and what measures it. */
function renderMissing(
  { act, snapshot }: CompareView,
  title: string,
  request: Parameters<CompareView['act']>[0],
): TemplateResult {
  if (!snapshot.isTrusted) return notMeasured;
  return html`${notMeasured} ${renderLink(`${title}…`, () => act(request))}`;
}
