import type { VerifyReport } from '../../verify/verifyReport';
import { type Html, html } from '../../words/escape';
import { type KeyKind, kindOf, kindWords } from '../tables/verifyTables';
import { formatCount } from '../../words/numbers';

/** With more keys than this the cells are smaller. */
const manyKeys = 256;

/** The number of keys of each kind; kinds without keys are left out. */
function countKinds({ keys }: VerifyReport): { readonly kind: KeyKind; readonly count: number }[] {
  return (['answered', 'missed', 'unasked'] as const).flatMap((kind) => {
    const count = keys.filter((key) => kindOf(key) === kind).length;
    return count === 0 ? [] : [{ kind, count }];
  });
}

/** Every key as one cell, in the order asked. */
export function renderStrip(report: VerifyReport): Html {
  const kinds = countKinds(report);
  const words = kinds.map(({ kind, count }) => `${formatCount(count)} ${kindWords[kind]}`);
  return html`<div
      class="strip${report.keys.length > manyKeys ? ' many' : ''}"
      role="img"
      aria-label="${words.join(', ')}, in the order asked"
    >
      ${report.keys.map((key, order) => {
        const kind = kindOf(key);
        return html`<span class="${kind}" title="${order + 1}: ${kindWords[kind]}"></span>`;
      })}
    </div>
    <p class="legend">
      ${kinds.map(({ kind }) => html`<span><i class="cell ${kind}"></i>${kindWords[kind]}</span>`)}
    </p>`;
}

/** Buttons that filter the rows by kind; the page's script makes them work. */
export function renderFilter(report: VerifyReport): Html {
  const choices = [
    { kind: 'all', word: 'All', count: report.keys.length },
    ...countKinds(report).map(({ kind, count }) => ({
      kind,
      word: kindWords[kind].charAt(0).toUpperCase() + kindWords[kind].slice(1),
      count,
    })),
  ];
  return html`<div class="filter" role="group" aria-label="Show keys">
    ${choices.map(
      ({ kind, word, count }) =>
        html`<button type="button" data-filter="${kind}" aria-pressed="${String(kind === 'all')}">
          ${word} ${formatCount(count)}
        </button>`,
    )}
  </div>`;
}
