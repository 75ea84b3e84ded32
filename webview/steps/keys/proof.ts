import { html, nothing, type TemplateResult } from 'lit-html';
import type { KeyRules } from '../../../src/protocol/panel/keys';
import { planAnswers, planSizes } from '../../../src/protocol/planAnswers';
import { planLuckChart } from '../../../src/reports/charts/luckChart';
import { formatCount, formatOf } from '../../../src/words/numbers';
import { renderIcon } from '../../parts/icons';
import { renderPowers } from '../../parts/powers';
import { formatLuck } from './words';

/** What this number of keys can prove, before any is asked; it follows the form while a number is typed. */
export function renderProof(count: number, rules: KeyRules): TemplateResult {
  const { needed, expectedByChance } = planAnswers(count, rules);
  const limit = formatLuck(Math.log10(rules.alpha));
  const draw = planLuckChart({ asked: count, chance: 1 / rules.candidates, needed });
  return html`<section class="box">
    <h2>What answers will prove</h2>
    <p>
      By chance, an unrelated model answers each key at most
      <b class="strong">1 time in ${rules.candidates}</b>: about
      ${formatOf(Math.round(expectedByChance), count)}.
    </p>
    <chart-box
      .chart=${{ plan: () => draw, readings: [], locate: () => 0, caption: '', label: 'Answers by chance' }}
    ></chart-box>
    ${renderSizes(count, rules)}
    ${
      needed === null
        ? html`<p class="hint">
            ${renderIcon('warning', 'warn')}<span
              >${formatCount(count)} keys with ${rules.candidates} candidates can never reach ${limit}. Use
              more keys.</span
            >
          </p>`
        : nothing
    }
    <p class="small muted">
      A probability below ${limit} is a match. This limit is part of the commitment: it cannot be changed
      after release.
    </p>
  </section>`;
}

function renderSizes(count: number, rules: KeyRules): TemplateResult {
  return html`<table class="rows" aria-label="Answers that make a match">
    <thead>
      <tr>
        <th class="n" scope="col">Keys asked</th>
        <th class="n" scope="col">Must answer</th>
        <th class="n" scope="col">By chance</th>
      </tr>
    </thead>
    <tbody>
      ${planSizes(count, rules).map(
        ({ asked, needed, log10Chance }) =>
          html`<tr>
            <td class="n">${formatCount(asked)}</td>
            <td class="n">${needed === null ? 'never' : formatCount(needed)}</td>
            <td class="n">${log10Chance === null ? '–' : renderPowers(formatLuck(log10Chance))}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
