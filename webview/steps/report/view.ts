import { html, nothing, type TemplateResult } from 'lit-html';
import type { ReleaseView } from '../../../src/protocol/panel/report';
import { renderActionButton, renderActionLink, renderLink } from '../../parts/buttons';
import { renderIcon, renderRowSign } from '../../parts/icons';
import type { Page } from '../../page';
import { markDifference, renderText } from './differences';
import { renderBeforePublishing } from './tasks';

export function renderReportView(page: Page): TemplateResult {
  const { release } = page.snapshot.report;
  if (release === null) return renderEmpty(page);
  return html`${renderSentence(page, release)} ${renderFigures(release)}
    <div class="split">
      <div class="stack is-wide">
        ${renderBeforePublishing(page, release.beforePublishing)} ${renderSamples(release)}
      </div>
      <aside class="aside" aria-label="Files and limits">
        ${renderFiles(page, release)} ${renderLimits(page, release)} ${renderProbe(release)}
      </aside>
    </div>`;
}

function renderEmpty(page: Page): TemplateResult {
  return html`<div class="empty">
    <h2>No report yet</h2>
    <p>
      When a run ends, its checkpoint is read back from disk, asked all its keys and compared with the base.
      The results appear here.
    </p>
    <div class="actions">${renderActionButton(page, 'Show Run', { type: 'openStep', step: 'run' })}</div>
  </div>`;
}

function renderSentence(page: Page, { notReady, sentence, detail, folder }: ReleaseView): TemplateResult {
  return html`<section class="finding">
    ${notReady === null ? renderIcon('verified-filled', 'main') : renderIcon('warning', 'warn')}
    <div>
      <h2 class="finding-sentence">${notReady ?? sentence}</h2>
      <p class="num">${notReady === null ? detail : `${sentence}. ${detail}`}</p>
    </div>
    ${renderActionButton(page, 'Open Folder', { type: 'openPath', path: folder }, { icon: 'folder-opened' })}
  </section>`;
}

function renderFigures({ figures }: ReleaseView): TemplateResult {
  return html`<dl class="figures">
    ${figures.map(
      ({ name, value, detail, isOut }) =>
        html`<div>
          <dt class="muted small">${name}</dt>
          <dd class="figure">
            ${isOut ? html`${renderIcon('error', 'bad')}<span class="unseen">Out of its limit: </span>` : nothing}${value}
          </dd>
          <dd class="muted small num">${detail}</dd>
        </div>`,
    )}
  </dl>`;
}

function renderSamples({ samples, samplesDetail }: ReleaseView): TemplateResult | typeof nothing {
  if (samples.length === 0) return nothing;
  return html`<section>
    <div class="section-head">
      <h2>Before and after</h2>
      <span class="muted">${samplesDetail}</span>
    </div>
    <div class="sample sample-heads wide-only" aria-hidden="true">
      <h3>Base</h3>
      <h3>Marked</h3>
    </div>
    <ul class="samples">
      ${samples.map(
        ({ role, prompt, base, marked }) =>
          html`<li>
            <p class="small">
              ${role === '' ? nothing : html`<span class="muted prompt-role">${role}</span><span class="unseen">: </span>`}${prompt}
            </p>
            <div class="sample">
              <p>
                <span class="phone-only muted" aria-hidden="true">Base: </span
                ><span class="unseen">Base: </span
                >${base === marked ? renderText(base) : markDifference(base, marked, 'del')}
              </p>
              <p>
                <span class="phone-only muted" aria-hidden="true">Marked: </span
                ><span class="unseen">Marked: </span
                >${base === marked ? html`<span class="muted">identical</span>` : markDifference(marked, base, 'ins')}
              </p>
            </div>
          </li>`,
      )}
    </ul>
  </section>`;
}

function renderFiles(page: Page, { files }: ReleaseView): TemplateResult {
  return html`<section>
    <h2>Written to disk</h2>
    <ul class="files">
      ${files.map(
        ({ name, detail, path }) =>
          html`<li>
            ${renderIcon(iconOfFile(name))}
            <span
              >${renderLink(name, () => page.act({ type: 'openPath', path }))}
              <span class="muted small num">${detail}</span></span
            >
          </li>`,
      )}
    </ul>
  </section>`;
}

function iconOfFile(name: string): string {
  if (name.endsWith('.fpkeys')) return 'key';
  if (name.endsWith('.fpreport.json')) return 'graph';
  return /\.(json|md|html)$/.test(name) ? 'file' : 'folder';
}

function renderLimits(page: Page, { limits }: ReleaseView): TemplateResult | typeof nothing {
  if (limits.length === 0) return nothing;
  return html`<section>
    <h2>Limits</h2>
    <ul class="state-list">
      ${limits.map(
        ({ state, name, detail, action }) =>
          html`<li>
            ${state === 'failed' ? renderIcon('error', 'bad') : renderRowSign(state)}
            <p class="lead">${name} ${detail} ${action ? renderActionLink(page, action) : nothing}</p>
          </li>`,
      )}
    </ul>
    <p>${renderLink('Compare Releases…', () => page.act({ type: 'compareReleases' }))}</p>
  </section>`;
}

function renderProbe({ probe }: ReleaseView): TemplateResult | typeof nothing {
  if (probe.length === 0) return nothing;
  return html`<section>
    <h2>What the probe found</h2>
    <dl class="probe">
      ${probe.map(
        ({ name, value }) =>
          html`<div>
            <dt class="muted">${name}</dt>
            <dd class="num">${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`;
}
