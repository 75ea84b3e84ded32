import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { CompareHost, CompareSnapshot } from '../../src/protocol/compare';
import { formatCounted } from '../../src/words/numbers';
import { renderChoice } from '../parts/fields';
import { FocusKeeper } from '../parts/focusKeeper';
import { renderNote } from '../parts/notes';
import { PressGuard } from '../pressGuard';
import { renderCurves } from './curves';
import { renderSurvival } from './survival';
import { firstSorting, sortBy } from './sorting';
import { renderReleases } from './table';
import { mostChosen, type CompareState, type CompareView } from './view';

const firstState: CompareState = {
  sorting: firstSorting,
  chosen: [],
  attack: 'rounded-to-4-bits',
  measure: 'answers',
};

/** The page Compare Releases: draws the newest snapshot, sorted and chosen as its user wishes. */
export class CompareApp {
  readonly #root: HTMLElement;
  readonly #host: CompareHost;
  readonly #guard: PressGuard;
  readonly #keeper: FocusKeeper;
  #snapshot: CompareSnapshot | null = null;
  #state = firstState;
  #spoken = '';

  constructor(root: HTMLElement, host: CompareHost) {
    this.#root = root;
    this.#host = host;
    this.#guard = new PressGuard(window, () => this.#drawNow());
    this.#keeper = new FocusKeeper(() => root.querySelector('main'));
    root.replaceChildren();
  }

  /** Draws a snapshot; one that is older than the shown one is ignored. */
  show(snapshot: CompareSnapshot): void {
    const before = this.#snapshot;
    if (before !== null && snapshot.sequence <= before.sequence) return;
    this.#snapshot = snapshot;
    // The two newest, where nothing is chosen yet.
    if (before?.chosen !== snapshot.chosen)
      this.#state = {
        ...this.#state,
        chosen: snapshot.releases.slice(0, mostChosen).map(({ folder }) => folder),
      };
    else this.#dropGone(snapshot);
    this.#draw();
  }

  /** A release that is gone does not count towards those that can be chosen. */
  #dropGone({ releases }: CompareSnapshot): void {
    const chosen = this.#state.chosen.filter((path) => releases.some(({ folder }) => folder === path));
    if (chosen.length < this.#state.chosen.length) this.#state = { ...this.#state, chosen };
  }

  #draw(): void {
    this.#guard.draw();
  }

  #drawNow(): void {
    const snapshot = this.#snapshot;
    if (snapshot === null) return;
    const view: CompareView = {
      snapshot,
      state: this.#state,
      act: (request) => void this.#host.act(request),
      sort: (by) => {
        const sorting = sortBy(this.#state.sorting, by);
        this.#spoken = `Sorted ${sorting.isDescending ? 'descending' : 'ascending'}.`;
        this.#change({ sorting });
      },
      change: (state) => this.#change(state),
    };
    render(this.#renderPage(view), this.#root);
    this.#keeper.keep();
  }

  #change(state: Partial<CompareState>): void {
    this.#state = { ...this.#state, ...state };
    this.#draw();
  }

  #renderPage(view: CompareView): TemplateResult {
    const { releases } = view.snapshot;
    return html`<header class="head">
        <div class="head-inner compared-head">
          <div class="head-title"><h1>Compare Releases</h1></div>
          <p class="head-facts">
            <span
              >${releases.length === 0 ? 'No release yet' : formatCounted(releases.length, 'release')}</span
            >
          </p>
        </div>
      </header>
      <main class="page" tabindex="-1">
        <div class="view">
          ${view.snapshot.isTrusted ? nothing : renderRestricted()} ${renderBases(view)}
          ${
            releases.length === 0
              ? renderEmpty()
              : html`${renderReleases(view)} ${renderCurves(view)} ${renderSurvival(view)}`
          }
        </div>
      </main>
      <p class="unseen" role="status">${this.#spoken}</p>`;
  }
}

function renderBases({ snapshot: { bases, chosen }, act }: CompareView): TemplateResult | typeof nothing {
  if (chosen === null) return nothing;
  return html`<div class="compared-base">
    <span id="base" class="muted">Base</span>
    ${
      bases.length === 1
        ? html`<b class="strong">${bases[0]!.name}</b>`
        : renderChoice({
            name: 'base',
            label: 'Base',
            text: chosen,
            why: 'The model whose releases are compared.',
            options: bases.map(({ path, name }) => ({ value: path, words: name })),
            onChoose: (path) => {
              if (path !== '' && path !== chosen) act({ type: 'chooseBase', path });
            },
          })
    }
  </div>`;
}

function renderEmpty(): TemplateResult {
  return html`<div class="empty">
    <h2>Nothing to compare yet</h2>
    <p>
      Marked copies of a model appear here when their runs are done: with the values in which their recipes
      differ, what they answer, how far they moved from the base, and what their marks survive.
    </p>
  </div>`;
}

function renderRestricted(): TemplateResult {
  return renderNote({
    kind: 'info',
    icon: 'shield',
    body: html`<p>
      <b class="strong">Restricted Mode.</b> You can read what was measured; nothing new is measured until you
      trust this folder.
    </p>`,
  });
}
