import { html, nothing, render } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import type { DrawChart } from '../../src/reports/charts/drawing';

/** A chart whose single points can be read. */
export interface BoxedChart {
  /** Draws it, with a line at this horizontal value where a reader inspects it. */
  readonly plan: (cursor: number | null) => DrawChart;
  /** Its points in the order of x, in words; empty where there is nothing to inspect. */
  readonly readings: readonly { readonly at: number; readonly words: string }[];
  /** The horizontal value under a pixel of a chart of this width. */
  readonly locate: (widthPx: number, pixel: number) => number;
  /** The line under the title while nothing is inspected: the unit. */
  readonly caption: string;
  readonly label: string;
}

/**
 * A box that draws its chart to its own width in pixels, and again when that changes. Hover and the arrow
 * keys show one point's values in the line above.
 */
export class ChartBox extends HTMLElement {
  #chart: BoxedChart | undefined;
  #reading: number | null = null;
  #widthPx = 0;
  readonly #observer = new ResizeObserver(() => this.#measure());

  set chart(chart: BoxedChart) {
    this.#chart = chart;
    if (this.#reading !== null && this.#reading >= chart.readings.length) this.#reading = null;
    this.#draw();
  }

  connectedCallback(): void {
    this.#observer.observe(this);
    this.#measure();
  }

  disconnectedCallback(): void {
    this.#observer.disconnect();
  }

  #measure(): void {
    const widthPx = Math.floor(this.clientWidth);
    if (widthPx === this.#widthPx) return;
    this.#widthPx = widthPx;
    this.#draw();
  }

  #draw(): void {
    const chart = this.#chart;
    if (!chart || this.#widthPx <= 0) return;
    const reading = this.#reading === null ? undefined : chart.readings[this.#reading];
    const picture = unsafeHTML(chart.plan(reading?.at ?? null)(this.#widthPx).html);
    const isReadable = chart.readings.length > 0;
    render(
      html`<p class="chart-caption muted small" aria-live="polite">${reading?.words ?? chart.caption}</p>
        <div
          class="chart"
          tabindex=${isReadable ? 0 : nothing}
          role=${isReadable ? 'group' : nothing}
          aria-label=${isReadable ? `${chart.label}. Use the arrow keys to read single points.` : nothing}
          @pointermove=${(event: PointerEvent) => this.#readAt(event)}
          @pointerleave=${() => this.#read(null)}
          @keydown=${(event: KeyboardEvent) => this.#readByKey(event)}
          @blur=${() => this.#read(null)}
        >
          ${picture}
        </div>`,
      this,
    );
  }

  #read(reading: number | null): void {
    if (reading === this.#reading) return;
    this.#reading = reading;
    this.#draw();
  }

  #readAt(event: PointerEvent): void {
    const chart = this.#chart;
    if (!chart || chart.readings.length === 0) return;
    const at = chart.locate(this.#widthPx, event.clientX - this.getBoundingClientRect().left);
    const distances = chart.readings.map((reading) => Math.abs(reading.at - at));
    this.#read(distances.indexOf(Math.min(...distances)));
  }

  #readByKey(event: KeyboardEvent): void {
    const last = (this.#chart?.readings.length ?? 0) - 1;
    if (last < 0) return;
    if (event.key === 'Escape') {
      this.#read(null);
      return;
    }
    const next = nextReading(event.key, this.#reading, last);
    if (next === undefined) return;
    event.preventDefault();
    this.#read(next);
  }
}

function nextReading(key: string, reading: number | null, last: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, (reading ?? last + 1) - 1);
    case 'ArrowRight':
      return Math.min(last, (reading ?? last) + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
