import type { Html } from '../../words/escape';

/** Draws a chart as SVG to the width of its box, in CSS pixels. Its colours come from the page, by class. */
export type DrawChart = (widthPx: number) => Html;

/** Charts of a report by name, which is also in `data-chart` of the box for each. */
export type Charts = ReadonlyMap<string, DrawChart>;

/** Coordinates finer than any screen only make a page larger. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
