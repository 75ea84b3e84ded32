// A person with a keyboard and no mouse: presses keys, counts them, and never loses the focus.
import type { Workbench } from '../workbench';
import { feel, type Box, type Focus } from './focus';

const mostTabs = 120;
const settleMs = 40;
/** Lines of one row do not begin at the same pixel. */
const slackPx = 4;

export class Hands {
  /** Keys that were pressed, besides what was typed. */
  presses = 0;
  typed = 0;

  constructor(private readonly workbench: Workbench) {}

  async press(key: string): Promise<void> {
    await this.workbench.page.keyboard.press(key);
    this.presses++;
    await this.workbench.page.waitForTimeout(settleMs);
  }

  async type(text: string): Promise<void> {
    await this.workbench.page.keyboard.type(text);
    this.typed += text.length;
  }

  /** Runs a command of the palette. */
  async command(title: string): Promise<void> {
    await this.press('F1');
    await this.workbench.quickInput.waitFor();
    await this.type(title);
    const focused = this.workbench.page.locator('.quick-input-list .monaco-list-row.focused');
    await focused.filter({ hasText: title }).waitFor();
    await this.press('Enter');
  }

  /** Types into the open question of the editor, whose words are shown, and gives the answer. */
  async answer(prompt: string | RegExp, text = ''): Promise<void> {
    const { page } = this.workbench;
    await page.locator('.quick-input-widget').getByText(prompt).first().waitFor();
    const { heard } = await this.feel();
    if (!/^(textbox|combobox)/.test(heard)) throw new Error(`The question has no focus, but ${heard}.`);
    if (text !== '') await this.type(text);
    await this.press('Enter');
  }

  feel(): Promise<Focus> {
    return feel(this.workbench);
  }

  /** Presses Tab (or Shift+Tab) until the control with this role and name has the focus. */
  async tabTo(wanted: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<Focus> {
    const passed: string[] = [];
    for (let i = 0; i < mostTabs; i++) {
      await this.press(key);
      const focus = await this.feel();
      if (wanted.test(focus.heard)) return focus;
      passed.push(focus.heard);
      if (!focus.isInPage) break;
    }
    throw new Error(`${key} does not lead to ${String(wanted)}, only to:\n${passed.join('\n')}`);
  }

  /**
   * Goes through a whole page by Tab, from its first control to its last, and back to the first.
   * @returns what was heard, in order
   * @throws {Error} where the order is not the one that is seen
   */
  async walkThrough(): Promise<string[]> {
    const { presses } = this;
    await this.leave('Shift+Tab');
    const there = await this.leave('Tab');
    const jumps = there.flatMap((focus, i) => (i > 0 && !follows(there[i - 1]!.box, focus.box) ? [i] : []));
    if (jumps.length > 0) {
      const told = jumps.map((i) => `${there[i - 1]!.heard}, then ${there[i]!.heard}`);
      throw new Error(`Tab goes back or up:\n${told.join('\n')}`);
    }
    await this.leave('Shift+Tab');
    await this.press('Tab');
    // Only a look around.
    this.presses = presses;
    return there.map(({ heard }) => heard);
  }

  /** Presses a key until the focus leaves the page. */
  private async leave(key: 'Tab' | 'Shift+Tab'): Promise<Focus[]> {
    const passed: Focus[] = [];
    for (let i = 0; i < mostTabs; i++) {
      await this.press(key);
      const focus = await this.feel();
      if (focus.isInPage) passed.push(focus);
      else if (passed.length > 0 || i > 0) return passed;
    }
    throw new Error(`${key} does not leave the page: ${passed.map(({ heard }) => heard).join(', ')}`);
  }
}

/** Whether somebody who reads finds this box after that one: further down, to its right, or in a column to its right. */
function follows(before: Box, after: Box): boolean {
  const isBelow = after.top >= before.bottom - slackPx;
  const isRight = after.left >= before.left - slackPx;
  return isBelow || isRight || after.bottom > before.bottom;
}
