/** Between the head and what has the focus. */
const roomPx = 8;

/**
 * Keeps the focus of a page where it was. A browser forgets it when another part of the editor takes the focus, as
 * every question and the palette do; and it is lost when its control is drawn away or is switched off. The next Tab
 * would then begin at the top of the page, and a screen reader would say nothing.
 */
export class FocusKeeper {
  readonly #instead: () => HTMLElement | null;
  /** The control that had the focus last. */
  #last: HTMLElement | null = null;
  #isPointing = false;

  /** @param instead what gets the focus when its last control is gone */
  constructor(instead: () => HTMLElement | null) {
    this.#instead = instead;
    document.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement) this.#last = target;
    });
    // Whoever comes back with the mouse has just chosen a place.
    window.addEventListener('pointerdown', () => (this.#isPointing = true), { capture: true });
    window.addEventListener('pointerup', () => (this.#isPointing = false), { capture: true });
    window.addEventListener('focus', () => this.#comeBack());
    window.addEventListener('resize', leaveRoomForHead);
  }

  /** After every drawing. */
  keep(): void {
    leaveRoomForHead();
    this.#recover();
    // A control of the toolkit is off a frame after it was told so.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#recover()));
  }

  #comeBack(): void {
    if (this.#isPointing || this.#last === null) return;
    if (isUsable(this.#last) && isNowhere()) this.#last.focus({ preventScroll: true });
    this.#recover();
  }

  #recover(): void {
    if (this.#last === null || isUsable(this.#last) || !isNowhere()) return;
    this.#instead()?.focus({ preventScroll: true });
  }
}

/** A control that gets the focus scrolls into sight below the head, which stays at the top. */
function leaveRoomForHead(): void {
  const heightPx = document.querySelector<HTMLElement>('.head')?.offsetHeight ?? 0;
  document.documentElement.style.scrollPaddingTop = `${heightPx + roomPx}px`;
}

function isUsable(control: HTMLElement): boolean {
  return control.isConnected && !control.matches('[disabled]');
}

/** Whether the page has the focus, and no control in it. */
function isNowhere(): boolean {
  return document.hasFocus() && (document.activeElement ?? document.body) === document.body;
}
