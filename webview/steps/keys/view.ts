import { html, nothing, type TemplateResult } from 'lit-html';
import type { KeysView } from '../../../src/protocol/panel/keys';
import { formatCount, formatPercent } from '../../../src/words/numbers';
import { formatDate } from '../../../src/words/dates';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderDigest } from '../../parts/digest';
import { renderIcon } from '../../parts/icons';
import { renderNote, renderProblemNote } from '../../parts/notes';
import type { Page } from '../../page';
import { renderProgress } from '../../parts/tracks';
import { capitalise } from '../../words';
import { renderKeyPreview } from './preview';
import { readPlan } from './plan';
import { renderKeySets } from './sets';
import { renderPlanForm } from './planForm';
import { countAnswering } from '../../../src/contract/keyKinds';
import { renderProof } from './proof';
import { formatLuck } from './words';

export function renderKeysView(page: Page): TemplateResult {
  const { keys } = page.snapshot;
  return html`<div class="split">
    <div class="stack is-wide">
      ${keys.problem === null ? nothing : renderProblemNote(keys.problem)} ${renderSetsOrPlan(page, keys)}
      ${keys.drawing === null ? renderChosenSet(page, keys) : renderDrawing(page, keys)}
    </div>
    <aside class="aside" aria-label="What answers will prove">
      ${renderProof(shownCount(page), keys.rules)} ${renderSecrecy()}
    </aside>
  </div>`;
}

function isPlanShown(page: Page): boolean {
  return page.details.isPlanOpen || page.snapshot.keys.sets.length === 0;
}

/** The number of answers for the proof: of the plan, as it is typed, or of the chosen set. */
function shownCount(page: Page): number {
  const { keys } = page.snapshot;
  const chosen = keys.sets.find(({ path }) => path === keys.chosen);
  if (!isPlanShown(page) && chosen) return chosen.answering;
  const { count, soft, quiet } = readPlan(keys.plan, page.plan).plan;
  return countAnswering({ loud: Math.max(0, count - soft - quiet), soft, quiet });
}

function renderSetsOrPlan(page: Page, keys: KeysView): TemplateResult | typeof nothing {
  if (keys.drawing !== null) return nothing;
  if (isPlanShown(page)) return renderPlanForm(page);
  return html`<section>
    <div class="section-head">
      <h2>Key sets</h2>
      <span class="grow"></span>
      ${renderLink('New Key Set', () => page.open({ isPlanOpen: true }))}
    </div>
    ${renderKeySets(page)}
  </section>`;
}

function renderDrawing(page: Page, { drawing }: KeysView): TemplateResult {
  const { phase, done, total } = drawing!;
  const share = done !== null && total !== null && total > 0 ? done / total : null;
  return html`<section class="stack">
    <div class="run-head">
      <h2 class="grow working">${renderIcon('sync', 'main')}${capitalise(phase)}</h2>
      ${renderActionButton(page, 'Cancel', { type: 'cancelDrawing' }, { icon: 'close', name: 'cancel-drawing' })}
    </div>
    ${renderProgress(share, phase)}
    <p class="muted small num">
      ${share === null ? nothing : `${formatCount(done!)} of ${formatCount(total!)}`}
    </p>
    <p class="muted small">An unfinished set is not kept.</p>
  </section>`;
}

function renderChosenSet(page: Page, keys: KeysView): TemplateResult | typeof nothing {
  const set = keys.sets.find(({ path }) => path === keys.chosen);
  if (isPlanShown(page) || !set) return nothing;
  if (set.problem !== null) return renderProblemNote(set.problem);
  const { rules, preview } = keys;
  const share = formatPercent(rules.nucleus, 0);
  return html`<section>
      <h2>${set.name}</h2>
      <dl class="facts">
        <dt>For model</dt>
        <dd>
          ${set.model}${set.fits ? nothing : html` <span class="error-text">(not the chosen model)</span>`}
        </dd>
        <dt>Responses</dt>
        <dd>
          ${
            set.weakness === null
              ? `drawn among ${rules.candidates} candidates outside the ${share} nucleus`
              : html`${renderIcon('warning', 'warn')} <b class="strong">imported, weaker:</b> ${set.weakness}`
          }
        </dd>
        <dt>Rule</dt>
        <dd>match below ${formatLuck(Math.log10(rules.alpha))}, asked in an order fixed by the set</dd>
        <dt>Commitment</dt>
        <dd class="identity">
          ${renderDigest(page, set.commitment, 'Copy Commitment')}
          <span class="muted">publish it with a date before anybody is asked</span>
        </dd>
        <dt>Used</dt>
        <dd>${set.used}</dd>
        <dt>Made</dt>
        <dd>${set.createdAt === '' ? '–' : formatDate(set.createdAt)}</dd>
      </dl>
    </section>
    ${set.fits ? nothing : renderMisfit(set.name, set.model)}
    <div class="actions">
      ${renderActionButton(page, 'Continue to Recipe', { type: 'openStep', step: 'recipe' }, { isPrimary: true, isDisabled: !set.fits })}
      ${preview?.isLocked === true ? renderActionButton(page, 'Unlock…', { type: 'unlockKeySet', path: set.path }, { icon: 'lock' }) : nothing}
    </div>
    ${preview === null ? nothing : renderKeyPreview(page, preview)}`;
}

function renderMisfit(name: string, model: string): TemplateResult {
  return renderNote({
    kind: 'warning',
    title: `${name} was made for another model`,
    body: html`<p class="lead">
      A key set fits only the model it was drawn from. Choose ${model}, or create a key set for the model
      chosen here.
    </p>`,
  });
}

function renderSecrecy(): TemplateResult {
  return html`<section>
    <h2>Secrecy</h2>
    <p class="small muted">
      A set is one encrypted file; you choose its passphrase when you create it. Keys and responses never
      reach logs or settings, and an exported report only where you choose them. Verifying files on your own
      disk shows them to nobody. A key that somebody else has seen is spent: it can prove nothing more to that
      person, who may also train it away. Keys that you export for others count as spent; for the rest,
      right-click the set and choose <i>Mark as Spent…</i>
    </p>
  </section>`;
}
