import type { VerifyReport } from '../../verify/verifyReport';
import { type Html, html } from '../../words/escape';
import { keyOutcomes, outcomeOf, outcomeWords, type KeyOutcome } from '../tables/verifyTables';
import { formatCount } from '../../words/numbers';

/** With more keys than this the cells are smaller. */
const manyKeys = 256;

/** The number of keys of each outcome; those without keys are left out. */
function countOutcomes({ keys }: VerifyReport): { readonly outcome: KeyOutcome; readonly count: number }[] {
  return keyOutcomes.flatMap((outcome) => {
    const count = keys.filter((key) => outcomeOf(key) === outcome).length;
    return count === 0 ? [] : [{ outcome, count }];
  });
}

/** Every key as one cell, in the order asked. */
export function renderStrip(report: VerifyReport): Html {
  const outcomes = countOutcomes(report);
  const words = outcomes.map(({ outcome, count }) => `${formatCount(count)} ${outcomeWords[outcome]}`);
  return html`<div
      class="strip${report.keys.length > manyKeys ? ' many' : ''}"
      role="img"
      aria-label="${words.join(', ')}, in the order asked"
    >
      ${report.keys.map((key, order) => {
        const outcome = outcomeOf(key);
        return html`<span class="${outcome}" title="${order + 1}: ${outcomeWords[outcome]}"></span>`;
      })}
    </div>
    <p class="legend">
      ${outcomes.map(
        ({ outcome }) => html`<span><i class="cell ${outcome}"></i>${outcomeWords[outcome]}</span>`,
      )}
    </p>`;
}

/** Buttons that filter the rows by outcome; the page's script makes them work. */
export function renderFilter(report: VerifyReport): Html {
  const choices = [
    { outcome: 'all', word: 'All', count: report.keys.length },
    ...countOutcomes(report).map(({ outcome, count }) => ({
      outcome,
      word: outcomeWords[outcome].charAt(0).toUpperCase() + outcomeWords[outcome].slice(1),
      count,
    })),
  ];
  return html`<div class="filter" role="group" aria-label="Show keys">
    ${choices.map(
      ({ outcome, word, count }) =>
        html`<button type="button" data-filter="${outcome}" aria-pressed="${String(outcome === 'all')}">
          ${word} ${formatCount(count)}
        </button>`,
    )}
  </div>`;
}
