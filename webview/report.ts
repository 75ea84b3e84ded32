import { createBirpc } from 'birpc';
import { reportKinds } from '../src/contract/reportKinds';
import type { ReportHost, ReportPage, ReportRequest, ReportSnapshot } from '../src/protocol/reportPage';
import type { Charts } from '../src/reports/charts/drawing';
import { html } from '../src/words/escape';
import type { ReportView } from '../src/reports/page/reportView';
import { viewDrift } from '../src/reports/page/viewDrift';
import { viewSurvival } from '../src/reports/page/viewSurvival';
import { viewVerify } from '../src/reports/page/viewVerify';
import { FocusKeeper } from './parts/focusKeeper';
import './report.css';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const editor = acquireVsCodeApi();
const main = document.querySelector('main')!;
const inTheEditor = { isInteractive: true };
main.tabIndex = -1;
const keeper = new FocusKeeper(() => main);

let charts: Charts = new Map();
let filter = 'all';

const host = createBirpc<ReportHost, ReportPage>(
  { show },
  {
    post: (message) => editor.postMessage(message),
    on: (receive) => window.addEventListener('message', ({ data }) => receive(data)),
    eventNames: ['act'],
  },
);

function show(snapshot: ReportSnapshot): void {
  const view = viewSnapshot(snapshot);
  const focused = nameOf(document.activeElement);
  find('h1').textContent = view.title;
  find('.facts').replaceChildren(...view.subtitle.flatMap((part) => [element('span', part), ' ']));
  // Everything from the report was escaped when this was made, and only this script may run here.
  main.innerHTML = view.body.html;
  charts = view.charts;
  drawCharts();
  if (document.querySelector(`[data-filter="${filter}"]`)) applyFilter(filter);
  else filter = 'all';
  if (focused !== undefined) document.querySelector<HTMLElement>(focused)?.focus();
  showReveal(snapshot);
  keeper.keep();
}

function viewSnapshot(snapshot: ReportSnapshot): ReportView {
  if (snapshot.kind === reportKinds.verify)
    return viewVerify(snapshot.report, inTheEditor, new Map(snapshot.revealed ?? []));
  if (snapshot.kind === reportKinds.drift) return viewDrift(snapshot.report, inTheEditor);
  if (snapshot.kind === reportKinds.survival) return viewSurvival(snapshot.report, inTheEditor);
  const { message, next } = snapshot.problem;
  const body = html`<section class="problem" role="alert">
    <i class="codicon codicon-error" aria-hidden="true"></i>
    <h2>${message}</h2>
    <p>${next}</p>
  </section>`;
  return { title: snapshot.fileName, subtitle: ['report'], body, charts: new Map() };
}

/** Only a verification has keys; an unreadable file has nothing to export either. */
function showReveal(snapshot: ReportSnapshot): void {
  const button = find('[data-act=revealKeys]');
  const isRevealed = snapshot.kind === reportKinds.verify && snapshot.revealed !== null;
  if (isRevealed !== (button.dataset.revealed === 'true')) {
    say(isRevealed ? 'Keys are shown until this editor is hidden.' : 'Keys are hidden.');
    main.querySelector('.scroll')?.scrollIntoView({ block: 'center' });
  }
  button.dataset.revealed = String(isRevealed);
  button.hidden = snapshot.kind !== reportKinds.verify;
  button.querySelector('.words')!.textContent = isRevealed ? 'Hide Keys' : 'Reveal Keys…';
  button.querySelector('.codicon')!.className = `codicon codicon-${isRevealed ? 'eye-closed' : 'eye'}`;
  for (const shows of document.querySelectorAll<HTMLElement>(
    '[data-act=printReport], [data-act=exportReport]',
  ))
    shows.hidden = snapshot.kind === 'problem';
}

function drawCharts(): void {
  for (const box of main.querySelectorAll<HTMLElement>('[data-chart]')) {
    const draw = charts.get(box.dataset.chart ?? '');
    const widthPx = Math.floor(box.clientWidth);
    if (draw && widthPx > 0) box.innerHTML = draw(widthPx).html;
  }
}

function applyFilter(kind: string): void {
  filter = kind;
  for (const button of main.querySelectorAll<HTMLElement>('[data-filter]'))
    button.setAttribute('aria-pressed', String(button.dataset.filter === kind));
  for (const row of main.querySelectorAll<HTMLElement>('[data-kind]'))
    row.hidden = kind !== 'all' && row.dataset.kind !== kind;
}

function onClick({ target }: MouseEvent): void {
  const button = target instanceof Element ? target.closest('button') : null;
  if (!button) return;
  const { act, copy, filter: kind, revealed } = button.dataset;
  if (kind !== undefined) {
    applyFilter(kind);
    say(`${main.querySelectorAll('[data-kind]:not([hidden])').length} keys shown.`);
  }
  if (copy !== undefined) {
    void host.act({ type: 'copy', text: copy });
    say('Copied.');
  }
  if (act === 'revealKeys') void host.act({ type: act, isRevealed: revealed !== 'true' });
  else if (act !== undefined) void host.act({ type: act } as ReportRequest);
}

/** How the focus finds its way back to a control that was drawn again. */
function nameOf(control: Element | null): string | undefined {
  const { filter: kind, copy } = control instanceof HTMLElement ? control.dataset : {};
  if (kind !== undefined) return `[data-filter="${CSS.escape(kind)}"]`;
  return copy === undefined ? undefined : `[data-copy="${CSS.escape(copy)}"]`;
}

function say(words: string): void {
  find('[role=status]').textContent = words;
}

function find(selector: string): HTMLElement {
  return document.querySelector<HTMLElement>(selector)!;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

let drawnWidthPx = 0;
new ResizeObserver(([entry]) => {
  const widthPx = Math.floor(entry?.contentRect.width ?? 0);
  if (widthPx === drawnWidthPx) return;
  drawnWidthPx = widthPx;
  drawCharts();
}).observe(main);
document.addEventListener('click', onClick);
void host.ready().then(show);
