import type { Html } from '../../words/escape';

/** Draws a chart as SVG to the width of its box, in CSS pixels. Its colours are the page's, by class. */
export type DrawChart = (widthPx: number) => Html;

/** Charts of a report by name: the name is in `data-chart` of the box that each is drawn into. */
export type Charts = ReadonlyMap<string, DrawChart>;

/** Coordinates finer than any screen only make a page heavy. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
