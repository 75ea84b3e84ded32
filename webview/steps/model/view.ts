import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { ChosenModel } from '../../../src/protocol/panel/model';
import { cutMiddle } from '../../../src/words/cutMiddle';
import { renderActionButton, renderLink } from '../../parts/buttons';
import { renderDigest } from '../../parts/digest';
import { renderIcon } from '../../parts/icons';
import { renderProblemNote } from '../../parts/notes';
import type { Page } from '../../page';
import { canBeMarked } from './canBeMarked';
import { manyModels, renderCards, renderCutName } from './cards';
import { renderStateList, renderStateTable } from '../../parts/stateRows';

export function renderModelView(page: Page): TemplateResult {
  const { found, chosen } = page.snapshot.model;
  if (chosen === null) return found.length === 0 ? renderEmpty(page) : renderCards(page);
  return html`<div class="split">
    <div class="stack is-wide">${renderChoice(page, chosen)} ${renderChosen(page, chosen)}</div>
    ${chosen.problem !== null ? nothing : renderAside(page, chosen)}
  </div>`;
}

function renderEmpty(page: Page): TemplateResult {
  return html`<div class="empty">
    <h2>No checkpoint in this workspace</h2>
    <p>
      A checkpoint is a folder with <code>config.json</code>, a tokenizer and one or more
      <code>.safetensors</code> files, as published on model hubs.
    </p>
    <div class="actions">
      ${renderActionButton(page, 'Choose Folder…', { type: 'chooseFolder' }, { isPrimary: true })}
      ${renderActionButton(page, 'Try the Sample Model', { type: 'trySample' })}
    </div>
    <p class="muted small">
      Nothing is downloaded or sent anywhere. The sample model is part of the extension and takes about a
      minute.
    </p>
  </div>`;
}

/** Of one name in the dropdown, in characters. */
const mostOfName = 48;

function renderChoice(page: Page, chosen: ChosenModel): TemplateResult {
  const { found } = page.snapshot.model;
  const known = found.map(({ path, name, fault }) => ({
    path,
    name,
    note: fault === undefined ? '' : ` (${fault})`,
  }));
  const isListed = known.some(({ path }) => path === chosen.path);
  const options = isListed ? known : [{ path: chosen.path, name: chosen.path, note: '' }, ...known];
  if (options.length > manyModels) return renderMany(page, options, chosen);
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    if (value !== '' && value !== chosen.path) page.act({ type: 'chooseModel', path: value });
  };
  return html`<section class="choose">
    <vscode-dropdown
      class="field"
      data-field="model"
      aria-label="Model"
      .value=${live(chosen.path)}
      @change=${choose}
    >
      ${options.map(
        ({ path, name, note }) =>
          html`<vscode-option value=${path} title=${name + note} ?selected=${path === chosen.path}
            >${cutMiddle(name, mostOfName)}${note}</vscode-option
          >`,
      )}
    </vscode-dropdown>
    ${renderActionButton(page, 'Choose Folder…', { type: 'chooseFolder' })}
  </section>`;
}

/** Too many for a dropdown: they are searched in the editor's own list. */
function renderMany(
  page: Page,
  options: readonly { readonly path: string; readonly name: string }[],
  chosen: ChosenModel,
): TemplateResult {
  const name = options.find(({ path }) => path === chosen.path)?.name ?? chosen.path;
  return html`<section class="choose">
    <p class="chosen-name" title=${name}>${renderCutName(name)}</p>
    ${renderActionButton(page, 'Choose Model…', { type: 'pickModel' })}
    ${renderActionButton(page, 'Choose Folder…', { type: 'chooseFolder' })}
  </section>`;
}

function renderChosen(page: Page, chosen: ChosenModel): TemplateResult {
  if (chosen.problem !== null) return renderProblemNote(chosen.problem);
  return html`<section>
      <h2>Checkpoint</h2>
      <dl class="facts">
        ${chosen.facts.map(
          ({ name, value }) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
        <dt>Digest</dt>
        <dd class="identity">${renderModelDigest(page, chosen.digest)}</dd>
      </dl>
    </section>
    <section>
      <h2>Checks</h2>
      ${renderStateTable(page, 'Checks of the checkpoint', chosen.checks)}
      ${
        chosen.isChecking
          ? html`<p class="muted small working">${renderIcon('loading')}Reading every weight…</p>`
          : nothing
      }
    </section>
    ${renderPublished(page, chosen.isPublished)}
    <div class="actions">${renderNext(page)}</div>`;
}

function renderModelDigest(page: Page, digest: string | null): TemplateResult {
  if (digest === null) return html`<span class="muted">not computed yet</span>`;
  return html`${renderDigest(page, digest, 'Copy Digest')}
    <span class="muted">digest over weights, config and tokenizer</span>`;
}

function renderPublished(page: Page, isPublished: boolean): TemplateResult {
  const choose = (event: Event): void => {
    const answer = (event.target as HTMLInputElement).value === 'yes';
    if (answer !== isPublished) page.act({ type: 'setPublished', isPublished: answer });
  };
  return html`<section>
    <h2 id="published">Has the unmarked model been published?</h2>
    <vscode-radio-group
      orientation="vertical"
      aria-labelledby="published"
      @change=${choose}
      .value=${live(isPublished ? 'yes' : 'no')}
    >
      <vscode-radio value="no">No, only marked releases are public</vscode-radio>
      <vscode-radio value="yes"
        >Yes, anyone can get it<span class="muted">
          – anyone with both can compare them, so less of the mark stays hidden</span
        ></vscode-radio
      >
    </vscode-radio-group>
  </section>`;
}

function renderNext(page: Page): TemplateResult {
  const openKeys = { type: 'openStep', step: 'keys' } as const;
  const { chosen, sets } = page.snapshot.keys;
  const isDisabled = !page.snapshot.isTrusted || !canBeMarked(page.snapshot.model);
  if (chosen !== null) return renderActionButton(page, 'Continue to Keys', openKeys, { isPrimary: true });
  return html`${renderActionButton(page, 'Create Key Set', openKeys, { isPrimary: true, isDisabled })}
  ${sets.length === 0 ? nothing : renderActionButton(page, 'Use Existing Key Set…', openKeys)}`;
}

function renderAside(page: Page, { devices, releases }: ChosenModel): TemplateResult {
  return html`<aside class="aside" aria-label="Devices and releases">
    <section>
      <h2>Devices</h2>
      ${renderStateList(page, devices)}
    </section>
    ${
      releases.length === 0
        ? nothing
        : html`<section>
            <h2>Marked releases of this model</h2>
            ${renderStateList(page, releases)}
            ${renderLink('Compare Releases…', () => page.act({ type: 'compareReleases' }))}
          </section>`
    }
  </aside>`;
}
