import { html, nothing, type TemplateResult } from 'lit-html';
import type { KeySetRow } from '../../../src/protocol/panel/keys';
import { formatDay } from '../../../src/words/dates';
import { formatCount } from '../../../src/words/numbers';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { clickByKey, moveRow } from '../../parts/rows';

/** The existing key sets; Enter or a click chooses one. */
export function renderKeySets(page: Page): TemplateResult {
  const { sets, chosen } = page.snapshot.keys;
  const stop = Math.max(
    0,
    sets.findIndex(({ path }) => path === chosen),
  );
  return html`<table class="rows" role="grid" aria-label="Key sets" @keydown=${moveRow}>
    <thead>
      <tr>
        <td class="sign"></td>
        <th scope="col">Set</th>
        <th class="n" scope="col">Keys</th>
        <th scope="col">Used</th>
        <th class="n" scope="col">Unspent</th>
        <th class="roomy-only" scope="col">Made</th>
        <th class="roomy-only" scope="col">For model</th>
      </tr>
    </thead>
    <tbody>
      ${sets.map((set, row) => renderSet(page, set, row === stop))}
    </tbody>
  </table>`;
}

function renderSet(page: Page, set: KeySetRow, isStop: boolean): TemplateResult {
  const isChosen = set.path === page.snapshot.keys.chosen;
  return html`<tr
    tabindex=${isStop ? 0 : -1}
    aria-selected=${isChosen}
    title=${set.problem?.message ?? nothing}
    @click=${() => page.act({ type: 'chooseKeySet', path: set.path })}
    @keydown=${clickByKey}
  >
    <td class="sign">
      ${renderIcon(isChosen ? 'circle-filled' : 'circle-large-outline', isChosen ? 'main' : 'muted')}
    </td>
    <td class="key">
      ${set.name}${set.fits || set.problem !== null ? nothing : html`<p class="muted tiny">for another model</p>`}${
        set.weakness === null
          ? nothing
          : html`<p class="muted tiny" title=${set.weakness}>imported, weaker</p>`
      }
    </td>
    <td class="n">${formatCount(set.count)}</td>
    <td>
      ${
        set.problem === null
          ? html`<span class="muted">${set.used}</span>`
          : html`${renderIcon('warning', 'warn')} ${set.problem.message}`
      }
    </td>
    <td class="n">${formatCount(set.unspent)}</td>
    <td class="roomy-only">
      <span class="muted">${set.createdAt === '' ? '–' : formatDay(set.createdAt)}</span>
    </td>
    <td class="roomy-only"><span class="muted">${set.model}</span></td>
  </tr>`;
}
