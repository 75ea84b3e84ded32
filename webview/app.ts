import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { PanelHost, PanelSnapshot } from '../src/protocol/panel/snapshot';
import type { ActionRequest, StepName } from '../src/protocol/panel/requests';
import { alarm, announce } from './announce';
import { renderActionButton, renderIconButton } from './parts/buttons';
import { Drafts } from './drafts';
import { FocusKeeper } from './parts/focusKeeper';
import { FocusRules } from './parts/focusRules';
import { followEnd } from './parts/followEnd';
import { readPlan } from './steps/keys/plan';
import { renderNote } from './parts/notes';
import { PressGuard } from './pressGuard';
import { subjectOf } from './parts/scrollRules';
import type { Details, Page } from './page';
import { toEdit } from './steps/recipe/form';
import { idOfStep, renderSteps } from './tabs';
import { renderKeysView } from './steps/keys/view';
import { renderCutName } from './steps/model/cards';
import { renderModelView } from './steps/model/view';
import { renderRecipeView } from './steps/recipe/view';
import { renderReportView } from './steps/report/view';
import { renderRunView } from './steps/run/view';
import { renderRunSwitch } from './parts/runSwitch';

const views: Readonly<Record<StepName, (page: Page) => TemplateResult>> = {
  model: renderModelView,
  keys: renderKeysView,
  recipe: renderRecipeView,
  run: renderRunView,
  report: renderReportView,
};

const nothingOpen: Details = {
  key: 1,
  areAllKeysShown: false,
  isPlanOpen: false,
  isAdvancedOpen: null,
  explained: null,
  modelFilter: '',
};

/** The page of the panel: draws the newest snapshot with drafts over it, and sends the user's requests to the host. */
export class PanelApp {
  readonly #root: HTMLElement;
  readonly #host: PanelHost;
  readonly #focus: FocusRules;
  readonly #keeper: FocusKeeper;
  readonly #recipe: Drafts;
  readonly #plan: Drafts;
  readonly #guard: PressGuard;
  #snapshot: PanelSnapshot | null = null;
  #details: Details = nothingOpen;
  #spoken = '';
  #alarm = '';
  /** What the page showed last. */
  #subject: string | null = null;

  constructor(root: HTMLElement, host: PanelHost) {
    this.#root = root;
    this.#host = host;
    this.#focus = new FocusRules(root);
    this.#keeper = new FocusKeeper(() => root.querySelector('[role=tabpanel]'));
    this.#recipe = new Drafts({ onChange: () => this.#draw(), send: (fields) => this.#sendRecipe(fields) });
    this.#plan = new Drafts({ onChange: () => this.#draw(), send: (fields) => this.#sendPlan(fields) });
    this.#guard = new PressGuard(window, () => this.#drawNow());
    root.replaceChildren();
    root.addEventListener('focusout', () => queueMicrotask(() => this.#settle()));
  }

  /** Draws a snapshot; one that is older than the shown one is ignored. */
  show(snapshot: PanelSnapshot): void {
    const before = this.#snapshot;
    if (before !== null && snapshot.sequence <= before.sequence) return;
    this.#snapshot = snapshot;
    this.#spoken = announce(before, snapshot) ?? this.#spoken;
    this.#alarm = alarm(before, snapshot) ?? this.#alarm;
    if (before !== null) this.#forget(before, snapshot);
    this.#settle();
    this.#focus.follow(before, snapshot);
  }

  /** Forgets what was open or typed for something that is no longer shown. */
  #forget(before: PanelSnapshot, after: PanelSnapshot): void {
    const isOtherModel = before.model.chosen?.path !== after.model.chosen?.path;
    if (isOtherModel) for (const drafts of [this.#recipe, this.#plan]) drafts.clear();
    // A new set is shown instead of the form that made it.
    const isMade = after.keys.sets.length > before.keys.sets.length;
    if (isOtherModel || isMade || before.keys.chosen !== after.keys.chosen) this.#details = nothingOpen;
  }

  #settle(): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.field;
    this.#recipe.settle(focused);
    this.#plan.settle(focused);
    this.#draw();
  }

  #draw(): void {
    this.#guard.draw();
  }

  #drawNow(): void {
    const snapshot = this.#snapshot;
    if (snapshot === null) return;
    const page: Page = {
      snapshot,
      details: this.#details,
      recipe: this.#recipe,
      plan: this.#plan,
      act: (request) => void this.#act(request),
      open: (details) => this.#open(details),
    };
    followEnd(this.#root, '.log', () => render(this.#renderPage(page), this.#root));
    this.#scrollTo(subjectOf(snapshot, this.#details.isPlanOpen));
    this.#keeper.keep();
  }

  #scrollTo(subject: string): void {
    if (this.#subject !== null && this.#subject !== subject) window.scrollTo({ top: 0 });
    this.#subject = subject;
  }

  #renderPage(page: Page): TemplateResult {
    const { snapshot } = page;
    return html`<header class="head">
        <div class="head-inner">${renderHeading(page)} ${renderSteps(page)}</div>
      </header>
      <main class="page">
        <div class="view" id="view" role="tabpanel" tabindex="-1" aria-labelledby=${idOfStep(snapshot.step)}>
          ${snapshot.isTrusted ? nothing : renderRestricted(page)} ${views[snapshot.step](page)}
        </div>
      </main>
      <p class="unseen" role="status">${this.#spoken}</p>
      <p class="unseen" role="alert">${this.#alarm}</p>`;
  }

  /** Everything typed reaches the host before it acts on it. */
  async #act(request: ActionRequest): Promise<void> {
    this.#focus.expect(request);
    if (request.type !== 'resetRecipe') await Promise.all([this.#recipe.flush(), this.#plan.flush()]);
    await this.#host.act(request);
  }

  #open(details: Partial<Details>): void {
    this.#details = { ...this.#details, ...details };
    this.#draw();
  }

  /** The host keeps whatever is typed, with what is wrong with it. */
  async #sendRecipe(fields: readonly string[]): Promise<readonly string[]> {
    const recipe = this.#snapshot?.recipe;
    if (recipe) await this.#host.edit(toEdit(recipe, (field) => this.#recipe.get(field), fields));
    return fields;
  }

  /** A plan has no room for text that is not a number. */
  async #sendPlan(fields: readonly string[]): Promise<readonly string[]> {
    const keys = this.#snapshot?.keys;
    if (!keys) return fields;
    const { plan, problems } = readPlan(keys.plan, this.#plan);
    await this.#host.act({ type: 'planKeys', plan });
    return fields.filter((field) => !(field in problems));
  }
}

function renderHeading(page: Page): TemplateResult {
  const { heading, recipe } = page.snapshot;
  return html`<div class="head-title">
      <h1 title=${heading?.title ?? nothing}>${renderCutName(heading?.title ?? 'Fingerprint Model')}</h1>
      ${heading === null ? nothing : renderRunSwitch(page, heading)}
      <span class="grow"></span>
      ${
        recipe === null
          ? nothing
          : renderIconButton('go-to-file', 'Open Recipe File', () => page.act({ type: 'openRecipeFile' }))
      }
      ${renderIconButton('output', 'Show Log', () => page.act({ type: 'openLog' }))}
    </div>
    ${heading === null ? nothing : html`<p class="head-facts">${heading.facts.map((fact) => html`<span>${fact}</span>`)}</p>`}`;
}

function renderRestricted(page: Page): TemplateResult {
  return renderNote({
    kind: 'info',
    icon: 'shield',
    body: html`<p>
        <b class="strong">Restricted Mode.</b> You can inspect checkpoints, but no keys are drawn and nothing
        runs until you trust this folder.
      </p>
      <div class="actions">
        ${renderActionButton(page, 'Manage Workspace Trust', { type: 'manageTrust' })}
      </div>`,
  });
}
