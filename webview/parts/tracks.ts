import { html, nothing, svg, type TemplateResult } from 'lit-html';

/** A bar filled to a share from 0 to 1: how much of something is used. */
export function renderBar(share: number, label: string, isOver = false): TemplateResult {
  return html`<svg
    class="bar ${isOver ? 'is-over' : ''}"
    viewBox="0 0 100 4"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    <rect class="bar-ground" width="100" height="4" />
    <rect class="bar-filled" width=${toPercent(share)} height="4" />
  </svg>`;
}

/** Progress of work, announced as such to screen readers; without a share it is indeterminate. */
export function renderProgress(share: number | null, label: string): TemplateResult {
  return html`<progress class="progress" max="1" value=${share ?? nothing} aria-label=${label}></progress>`;
}

interface Scale {
  /** Right end; the left end is zero. */
  readonly end: number;
  readonly point: number;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
  readonly label: string;
}

/** An estimate with its range, beside its limit. */
export function renderScale({ end, point, low, high, limit, label }: Scale): TemplateResult {
  const place = (value: number): string => `${toPercent(value / end)}%`;
  const range = `${Math.max(0, toPercent(high / end) - toPercent(low / end))}%`;
  return html`<svg class="scale" width="100%" height="16" role="img" aria-label=${label}>
    ${svg`<line class="axis" x1="0" x2="100%" y1="8" y2="8" />
      <rect class="scale-range" x=${place(low)} width=${range} y="6" height="4" rx="2" />
      <circle class="scale-point" cx=${place(point)} cy="8" r="4" />
      <line class="scale-limit" x1=${place(limit)} x2=${place(limit)} y1="0" y2="16" />`}
  </svg>`;
}

/** A value relative to the range of ordinary ones. Its number is next to it. */
export function renderTrack(value: number, ordinary: { low: number; high: number }): TemplateResult {
  const width = 44;
  const span = Math.max(ordinary.high - ordinary.low, 1e-9);
  const place = (at: number): number => {
    const share = (at - ordinary.low) / span;
    return Math.min(Math.max(width * (0.18 + 0.6 * share), 4), width - 4);
  };
  return html`<svg class="track" width=${width} height="10" aria-hidden="true">
    ${svg`<line class="axis" x1="0" x2=${width} y1="5" y2="5" />
      <rect class="track-range" x=${place(ordinary.low)} width=${place(ordinary.high) - place(ordinary.low)} y="3" height="4" rx="2" />
      <circle class="track-point" cx=${place(value)} cy="5" r="3.5" />`}
  </svg>`;
}

function toPercent(share: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * 1000) / 10;
}
