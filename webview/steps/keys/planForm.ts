import { html, nothing, type TemplateResult } from 'lit-html';
import { kindWhys } from '../../../src/words/keyKinds';
import { formatPercent } from '../../../src/words/numbers';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderChoice, renderProblem, renderTextField } from '../../parts/fields';
import type { Page } from '../../page';
import { nameOfPath } from '../../words';
import { canBeMarked } from '../model/canBeMarked';
import { readPlan, type PlanNumber } from './plan';

/** The form of a new key set. */
export function renderPlanForm(page: Page): TemplateResult {
  const { keys, isTrusted, model } = page.snapshot;
  const { problems } = readPlan(keys.plan, page.plan);
  const isReady = isTrusted && Object.keys(problems).length === 0 && canBeMarked(model);
  return html`<section>
      <div class="section-head">
        <h2>New key set</h2>
        <span class="grow"></span>
        ${
          keys.sets.length === 0
            ? nothing
            : renderLink('Use Existing Set…', () => page.open({ isPlanOpen: false }))
        }
      </div>
      <div class="fields">
        ${renderNumber(page, 'count', 'Keys', 'More keys prove more and survive more; they change the model more.', problems.count)}
        ${renderNumber(page, 'soft', 'Of these, soft', softWhy, problems.soft)}
        ${renderNumber(page, 'quiet', 'Of these, quiet', quietWhy, problems.quiet)}
        ${renderNumber(page, 'responseLength', 'Response length', lengthWhy, problems.responseLength, 'tokens')}
        ${renderSource(page)}
      </div>
    </section>
    ${renderRules(page)}
    <div class="actions">
      ${renderActionButton(page, 'Create Key Set…', { type: 'drawKeys' }, { isPrimary: true, isDisabled: !isReady, name: 'create' })}
      <span class="muted small">Asks for a file and a passphrase, then draws the keys.</span>
    </div>`;
}

const softWhy = `${kindWhys.soft} The others are loud.`;
const quietWhy = kindWhys.quiet;
const lengthWhy = 'One word is enough; a longer response is rarer and harder to train.';

function renderNumber(
  page: Page,
  field: PlanNumber,
  label: string,
  why: string,
  problem: string | undefined,
  unit?: string,
): TemplateResult {
  return html`<div>
    <label for="field-${field}">${label}</label>
    ${renderTextField({
      name: field,
      label,
      text: page.plan.get(field) ?? String(page.snapshot.keys.plan[field]),
      why,
      problem,
      ...(unit === undefined ? {} : { unit }),
      keyboard: 'numeric',
      onInput: (text) => page.plan.type(field, text),
      onLeave: () => void page.plan.flush(),
    })}
    ${problem === undefined ? html`<p class="why">${why}</p>` : renderProblem(problem)}
  </div>`;
}

function renderSource(page: Page): TemplateResult {
  const { promptsFile } = page.snapshot.keys.plan;
  const why =
    promptsFile === null
      ? 'The model writes them, or you give a file with one text per line.'
      : 'One text per line. Give more lines than keys, because some are set aside.';
  return html`<div>
    <label for="field-source">Key text from</label>
    ${renderChoice({
      name: 'source',
      label: 'Key text from',
      text: promptsFile === null ? 'model' : 'file',
      why,
      options: [
        { value: 'model', words: 'The model itself' },
        { value: 'file', words: promptsFile === null ? 'A file of mine…' : nameOfPath(promptsFile) },
      ],
      onChoose: (value) => chooseSource(page, value),
    })}
    <p class="why">${why}</p>
  </div>`;
}

function chooseSource(page: Page, value: string): void {
  const { plan } = page.snapshot.keys;
  if (value === 'file') page.act({ type: 'choosePrompts' });
  else if (plan.promptsFile !== null) page.act({ type: 'planKeys', plan: { ...plan, promptsFile: null } });
}

function renderRules(page: Page): TemplateResult {
  const { candidates, nucleus } = page.snapshot.keys.rules;
  const share = formatPercent(nucleus, 0);
  return html`<p class="lead">
    Each key is an ordinary question or text. Its response is drawn by a secret seed among
    <b class="strong">${candidates} candidates</b>: words that begin where the likeliest ones reach ${share}
    of probability, so they are plausible but almost never given. By chance a model gives the drawn one 1 time
    in ${candidates}.
  </p>`;
}
