import { html, nothing, type TemplateResult } from 'lit-html';
import { keyKinds } from '../../../src/contract/keyKinds';
import type { KeyPreview, PreviewKey } from '../../../src/protocol/panel/keys';
import { planNucleusChart } from '../../../src/reports/charts/nucleusChart';
import {
  formatCount,
  formatFixed,
  formatOf,
  formatTinyPercent,
  formatTinyPercentRange,
} from '../../../src/words/numbers';
import { kindWhys } from '../../../src/words/keyKinds';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderIcon } from '../../parts/icons';
import type { Page } from '../../page';
import { moveRow } from '../../parts/rows';
import { renderTrack } from '../../parts/tracks';

const fewKeys = 12;
const fewCandidates = 3;

/** The keys of the chosen set, responses masked until they are revealed, and where one key's candidates come from. */
export function renderKeyPreview(page: Page, preview: KeyPreview): TemplateResult {
  const { keys, isLocked } = preview;
  if (isLocked || keys.length === 0) return html`<p class="muted">${preview.sentence}</p>`;
  const shown = page.details.areAllKeysShown ? keys : keys.slice(0, fewKeys);
  const selected = shown.find(({ number }) => number === page.details.key) ?? shown[0]!;
  return html`<section>
    <div class="section-head">
      <h2>Keys</h2>
      <span class="muted num">${formatOf(shown.length, keys.length)} shown</span>
      ${shown.length < keys.length ? renderLink('Show All', () => page.open({ areAllKeysShown: true })) : nothing}
      <span class="grow"></span>
      ${renderReveal(page, preview)}
    </div>
    <p class="muted small">${preview.sentence}</p>
    ${explainKinds(preview)} ${explainPerplexity(preview)} ${renderKeyTable(page, preview, shown, selected)}
    <div class="detail">${renderOrigin(page, selected)} ${renderCandidates(selected, preview)}</div>
  </section>`;
}

/** What each kind in the set does. */
function explainKinds({ keys }: KeyPreview): TemplateResult | typeof nothing {
  const kinds = keyKinds.filter((kind) => keys.some((key) => key.kind === kind));
  if (kinds.length === 0) return nothing;
  return html`<ul class="muted small wide-only kinds">
    ${kinds.map((kind) => html`<li><b>${kind}</b>: ${kindWhys[kind]}</li>`)}
  </ul>`;
}

/** What the column of that name means, with the scale to read it by. */
function explainPerplexity({ keys, ordinary }: KeyPreview): TemplateResult | typeof nothing {
  if (keys.every(({ naturalness }) => naturalness === null)) return nothing;
  const scale =
    ordinary === null
      ? ''
      : ` 95 of 100 texts that it writes itself are between ${formatFixed(ordinary.low, 1)} and ${formatFixed(ordinary.high, 1)}, the thick part of each scale.`;
  return html`<p class="muted small wide-only">
    Perplexity: how surprised the base is by the text of a key, as a number of words to choose from at every
    word; 1 is not at all.${scale}
  </p>`;
}

function renderReveal(page: Page, { isRevealed }: KeyPreview): TemplateResult {
  return isRevealed
    ? renderActionButton(
        page,
        'Hide Responses',
        { type: 'revealKeys', isRevealed: false },
        { icon: 'eye-closed' },
      )
    : renderActionButton(
        page,
        'Reveal Responses…',
        { type: 'revealKeys', isRevealed: true },
        { icon: 'eye' },
      );
}

function renderKeyTable(
  page: Page,
  preview: KeyPreview,
  shown: readonly PreviewKey[],
  selected: PreviewKey,
): TemplateResult {
  return html`<table class="rows" id="keys" role="grid" aria-label="Keys of the set" @keydown=${moveRow}>
    <thead>
      <tr>
        <th class="n" scope="col" aria-label="Number">#</th>
        <th scope="col">Key</th>
        ${hasKinds(preview) ? html`<th class="roomy-only" scope="col">Kind</th>` : nothing}
        <th class="roomy-only" scope="col">Candidates</th>
        <th class="response" scope="col">Response</th>
        <th class="n wide-only" scope="col">Base gives it</th>
        <th class="wide-only" scope="col">Perplexity</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map((key) => renderKey(page, preview, key, key === selected))}
    </tbody>
  </table>`;
}

function renderKey(page: Page, preview: KeyPreview, key: PreviewKey, isSelected: boolean): TemplateResult {
  const select = (): void => page.open({ key: key.number });
  const more = key.candidates.length - fewCandidates;
  return html`<tr
    tabindex=${isSelected ? 0 : -1}
    aria-selected=${isSelected}
    @click=${select}
    @focus=${select}
  >
    <td class="n">${key.number}</td>
    <td class="clip key-text">${key.text}</td>
    ${
      hasKinds(preview)
        ? html`<td class="roomy-only" title=${key.kind === null ? nothing : kindWhys[key.kind]}>
            ${key.kind ?? '–'}
          </td>`
        : nothing
    }
    <td class="clip key-words roomy-only">
      <span class="muted"
        >${key.candidates.slice(0, fewCandidates).join(', ')}${more > 0 ? html` <span class="tiny">+${more}</span>` : nothing}</span
      >
    </td>
    <td class="response">
      ${key.response === null ? renderMask() : renderResponse(key.response, key.inSentence)}${
        key.isSpent ? html` <span class="muted tiny">spent</span>` : nothing
      }
    </td>
    <td class="n wide-only">${describeOdds(key)}</td>
    <td class="key wide-only">${renderNaturalness(key, preview.ordinary)}</td>
  </tr>`;
}

function hasKinds({ keys }: KeyPreview): boolean {
  return keys.some(({ kind }) => kind !== null);
}

/** The drawn piece, and how the base would go on with it: a piece alone is often no word. */
function renderResponse(response: string, inSentence: string | null): TemplateResult {
  const rest = inSentence?.startsWith(response) ? inSentence.slice(response.length) : '';
  return html`<b>${response}</b><span class="muted">${rest}</span>`;
}

/** A fixed number of dots, so that nothing shows how long the response is. */
function renderMask(): TemplateResult {
  return html`<span class="mask" aria-hidden="true">••••••••</span><span class="unseen">hidden</span>`;
}

/** While the response is hidden only the range over all candidates is shown: the exact chance would give it away. */
function describeOdds(key: PreviewKey): unknown {
  if (key.odds === null) return html`<span class="muted">–</span>`;
  const drawn = findDrawn(key);
  if (drawn !== null) return formatTinyPercent(key.odds.candidates[drawn] ?? 0, 1);
  const chances = key.odds.candidates;
  return html`<span class="muted"
    >${formatTinyPercentRange({ low: Math.min(...chances), high: Math.max(...chances) }, 1)}</span
  >`;
}

function findDrawn({ response, candidates }: PreviewKey): number | null {
  if (response === null) return null;
  const exact = candidates.findIndex((word) => word.trim() === response.trim());
  const drawn = exact >= 0 ? exact : candidates.findIndex((word) => response.trim().startsWith(word.trim()));
  return drawn >= 0 ? drawn : null;
}

function renderNaturalness({ naturalness }: PreviewKey, ordinary: KeyPreview['ordinary']): TemplateResult {
  if (naturalness === null) return html`<span class="muted">–</span>`;
  return html`<span class="naturalness"
    >${ordinary === null ? nothing : renderTrack(naturalness, ordinary)}<span class="num"
      >${formatFixed(naturalness, 1)}</span
    ></span
  >`;
}

function renderOrigin(page: Page, key: PreviewKey): TemplateResult | typeof nothing {
  if (key.odds === null) return nothing;
  const { candidates, likelier } = key.odds;
  const { nucleus } = page.snapshot.keys.rules;
  const draw = planNucleusChart({ candidates, likelier, nucleus, drawn: findDrawn(key) });
  return html`<div>
    <h3>Key ${key.number}: where its candidates come from</h3>
    <p class="small muted">
      Probability that the unmarked model gives each first word: likeliest on the left, square-root scale. The
      response is plausible but almost never given.
    </p>
    <chart-box
      .chart=${{ plan: () => draw, readings: [], locate: () => 0, caption: '', label: 'Words by probability' }}
    ></chart-box>
  </div>`;
}

function renderCandidates(key: PreviewKey, { isRevealed }: KeyPreview): TemplateResult {
  const drawn = findDrawn(key);
  const half = Math.ceil(key.candidates.length / 2);
  const rows = Array.from({ length: half }, (_, row) => [row, row + half]);
  return html`<div>
    <h3>Candidates of key ${key.number}</h3>
    <p class="key-full">${key.text}</p>
    ${key.response === null ? nothing : html`<p class="key-full">${renderResponse(key.response, key.inSentence)}</p>`}
    <table class="rows" aria-label="Candidates of key ${key.number}">
      <tbody>
        ${rows.map(
          (two) =>
            html`<tr>
              ${two.map((candidate) => renderCandidate(key, candidate, drawn))}
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      isRevealed
        ? nothing
        : html`<p class="small muted after-table">
            One of these ${formatCount(key.candidates.length)} was drawn with the secret seed.
          </p>`
    }
  </div>`;
}

function renderCandidate(key: PreviewKey, candidate: number, drawn: number | null): TemplateResult {
  const word = key.candidates[candidate];
  if (word === undefined)
    return html`<td></td>
      <td></td>`;
  const chance = key.odds?.candidates[candidate];
  return html`<td>
      ${
        candidate === drawn
          ? html`<b class="strong">${word}</b> <span class="muted small">${renderIcon('check')}drawn</span>`
          : word
      }
    </td>
    <td class="n muted">${chance === undefined ? '' : formatTinyPercent(chance, 1)}</td>`;
}
