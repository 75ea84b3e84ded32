/**
 * Holds a page still while a pointer is pressed on it. Between press and release a field loses the focus and the host
 * answers what was typed; if a hint then came or went, the release would hit something else and the click be lost.
 * What is drawn meanwhile appears right after the click.
 */
export class PressGuard {
  readonly #draw: () => void;
  #isPressed = false;
  #isDue = false;

  constructor(target: Window, draw: () => void) {
    this.#draw = draw;
    const press = (): void => void (this.#isPressed = true);
    const release = (): void => this.#release();
    target.addEventListener('pointerdown', press, { capture: true });
    // The click comes before its effects are drawn: what it opens may be focused at once.
    for (const type of ['click', 'pointercancel', 'contextmenu', 'dragend'])
      target.addEventListener(type, release, { capture: true });
    // Without capture: a field that is left also says so.
    target.addEventListener('blur', release);
    // No click follows where the pointer was released elsewhere.
    target.addEventListener('pointerup', () => setTimeout(release), { capture: true });
    target.addEventListener('pointermove', ({ buttons }) => buttons === 0 && release(), { capture: true });
  }

  /** Draws now, or once nothing is pressed. */
  draw(): void {
    if (this.#isPressed) this.#isDue = true;
    else this.#draw();
  }

  #release(): void {
    if (!this.#isPressed) return;
    this.#isPressed = false;
    if (!this.#isDue) return;
    this.#isDue = false;
    setTimeout(() => this.draw());
  }
}
