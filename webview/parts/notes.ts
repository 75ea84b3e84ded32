import { html, nothing, type TemplateResult } from 'lit-html';
import type { Problem } from '../../src/protocol/panel/parts';
import { renderIcon, type Tone } from './icons';

interface Note {
  readonly kind: 'error' | 'warning' | 'info';
  readonly icon?: string;
  readonly title?: string;
  readonly body: unknown;
  readonly actions?: unknown;
}

const looks: Readonly<Record<Note['kind'], { icon: string; tone: Tone }>> = {
  error: { icon: 'error', tone: 'bad' },
  warning: { icon: 'warning', tone: 'warn' },
  info: { icon: 'info', tone: 'plain' },
};

/** One message in a box: what happened, what is safe, what to do. Its heading takes the focus when an error appears. */
export function renderNote({ kind, icon, title, body, actions }: Note): TemplateResult {
  const look = looks[kind];
  return html`<div class="note is-${kind}">
    ${renderIcon(icon ?? look.icon, look.tone)}
    <div class="note-body">
      ${title === undefined ? nothing : html`<h2 tabindex="-1" data-name=${kind === 'error' ? 'problem' : nothing}>${title}</h2>`}
      ${body} ${actions === undefined ? nothing : html`<div class="actions">${actions}</div>`}
    </div>
  </div>`;
}

/** The first sentence of the message is the heading. */
export function renderProblemNote({ message, next }: Problem, actions?: unknown): TemplateResult {
  const [first, ...others] = message.split(/(?<=\.)\s+/);
  return renderNote({
    kind: 'error',
    title: first!.replace(/\.$/, ''),
    body: html`<p class="lead">${[...others, next].join(' ')}</p>`,
    actions,
  });
}
