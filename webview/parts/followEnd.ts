const nearPx = 4;

/** Draws, and keeps a scrolled text at its end if it was there before. */
export function followEnd(root: HTMLElement, selector: string, draw: () => void): void {
  const before = root.querySelector(selector);
  const isAtEnd = !before || before.scrollTop + before.clientHeight >= before.scrollHeight - nearPx;
  draw();
  const after = root.querySelector(selector);
  if (after && isAtEnd) after.scrollTop = after.scrollHeight;
}
