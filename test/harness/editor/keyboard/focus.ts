// Where the focus is in a workbench, and whether a person who has only the keyboard can tell.
import type { Frame, Page } from 'playwright-core';
import { findFrame } from '../journey/accessibility';
import type { Workbench } from '../workbench';

/** The element with the focus. */
export interface Focus {
  /** In our page, or in the workbench around it. */
  readonly isInPage: boolean;
  /** Its role and accessible name, as in the accessibility tree: `button "Start Run"`. */
  readonly heard: string;
  readonly box: Box;
}

/** In CSS pixels of the page, from its beginning. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Seen {
  readonly html: string;
  readonly box: Box;
  /** What hides it, if it cannot be seen. */
  readonly hidden: string | null;
  /** The element that had the focus before and looks the same without it. */
  readonly ringless: string | null;
}

declare global {
  interface Window {
    lastFocus?: { readonly element: Element; readonly look: string };
  }
}

const patienceMs = 4_000;
const pauseMs = 60;

/**
 * Describes the focus once it is somewhere.
 * @throws {Error} when it is nowhere, on something nameless or hidden, or cannot be told from what has none
 */
export async function feel(workbench: Workbench): Promise<Focus> {
  const endMs = Date.now() + patienceMs;
  for (;;) {
    try {
      return await look(workbench);
    } catch (error) {
      // A page draws itself a moment after a key.
      if (Date.now() > endMs) throw error;
      await workbench.page.waitForTimeout(pauseMs);
    }
  }
}

async function look(workbench: Workbench): Promise<Focus> {
  const { page } = workbench;
  if (!(await isWebviewFocused(page))) {
    const heard = await hear(page.mainFrame());
    return { isInPage: false, heard, box: { left: 0, top: 0, right: 0, bottom: 0 } };
  }
  const frame = await findFrame(workbench.webview());
  const seen = await frame.evaluate(inspect);
  if (seen === null) throw new Error('The focus is lost: it is on the body of the page.');
  if (seen.ringless !== null) throw new Error(`With the focus this looks as without it: ${seen.ringless}`);
  if (seen.hidden !== null) throw new Error(`The focus is out of sight, ${seen.hidden}: ${seen.html}`);
  const heard = await hear(frame);
  // A name stands in quotes; what opens a section is heard as its text.
  if (!heard.includes('"') && !/^text: ./.test(heard))
    throw new Error(`The focus is on something without a name: ${seen.html}`);
  return { isInPage: true, heard, box: seen.box };
}

function isWebviewFocused(page: Page): Promise<boolean> {
  return page.evaluate(() => document.activeElement?.matches('iframe.webview') === true);
}

/** The first line of its accessibility tree; empty where nothing has the focus. */
async function hear(frame: Frame): Promise<string> {
  const focused = frame.locator(':focus').last();
  if ((await focused.count()) === 0) return '';
  const heard = await focused.ariaSnapshot({ timeout: 1_000 }).catch(() => '');
  return heard.split('\n')[0]!.replace(/^- /, '');
}

/** Runs in the page. Null: nothing has the focus. */
function inspect(): Seen | null {
  const above = (element: Element): Element | null =>
    element.parentElement ?? (element.getRootNode() as Partial<ShadowRoot>).host ?? null;
  /** What a ring may be drawn on: the control, its parts, and the boxes around it. */
  const familyOf = (element: Element): Element[] => {
    const family = [element, ...(element.shadowRoot?.querySelectorAll('*') ?? [])];
    let one: Element | null = element;
    for (let i = 0; i < 4 && one !== null; i++) {
      one = above(one);
      if (one !== null) family.push(one);
    }
    return family;
  };
  const lookOf = (element: Element): string =>
    familyOf(element)
      .map((one) => {
        const style = getComputedStyle(one);
        const outline = style.outlineStyle === 'none' ? '' : `${style.outlineWidth} ${style.outlineColor}`;
        return [outline, style.boxShadow, style.borderColor, style.backgroundColor].join(';');
      })
      .join('|');
  const isWithin = (element: Element | null, whole: Element): boolean => {
    for (let one = element; one !== null; one = above(one)) if (one === whole) return true;
    return false;
  };
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (element === null || element === document.body || element === document.documentElement) return null;
  const before = window.lastFocus;
  const isTold =
    before === undefined ||
    before.element === element ||
    !before.element.isConnected ||
    lookOf(before.element) !== before.look;
  const ringless = isTold ? null : before.element.outerHTML.slice(0, 200);
  window.lastFocus = { element, look: lookOf(element) };
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
  const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  let there = document.elementFromPoint(x, y);
  while (there?.shadowRoot?.elementFromPoint(x, y) && there.shadowRoot.elementFromPoint(x, y) !== there)
    there = there.shadowRoot.elementFromPoint(x, y);
  const isOutside = right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight;
  const isCovered = there === null || (!isWithin(there, element) && !isWithin(element, there));
  const hidden = isOutside
    ? 'outside the window'
    : isCovered
      ? `under ${there?.outerHTML.slice(0, 80)}`
      : null;
  let stays = false;
  for (let one: Element | null = element; one !== null; one = above(one))
    stays ||= ['sticky', 'fixed'].includes(getComputedStyle(one).position);
  const down = stays ? 0 : scrollY;
  const box = { left, top: top + down, right, bottom: bottom + down };
  return { html: element.outerHTML.slice(0, 200), box, hidden, ringless };
}
