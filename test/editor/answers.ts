import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** A question that the extension asked, as a user saw it. */
export interface Asked {
  readonly kind: 'pick' | 'text' | 'message' | 'open' | 'save';
  readonly words: string;
  /** Labels of the choices, or buttons of the message. */
  readonly choices: readonly string[];
  readonly detail: string;
}

/** What a user does with a question: a label to choose, a text to type, or nothing to give up. */
type Answer = string | readonly string[] | undefined;
type Step = (asked: Asked) => Answer;

/** Every validation message that a box showed after something was typed. */
export interface Script {
  readonly asked: Asked[];
  readonly complaints: string[];
}

type Patched = Record<string, unknown>;

/**
 * Answers the extension's questions one after another while `work` runs, in place of a user; messages without buttons
 * to press count as read. Each text is typed in turn until one is accepted.
 */
export async function answering(
  steps: readonly Step[],
  work: () => Thenable<unknown>,
  limitMs = 50_000,
): Promise<Script> {
  const script: Script = { asked: [], complaints: [] };
  const left = [...steps];
  const next = (asked: Asked): Answer => {
    script.asked.push(asked);
    const step = left.shift();
    assert.ok(step, `Nobody expected: ${asked.words}`);
    return step(asked);
  };
  const window = vscode.window as unknown as Patched;
  const kept = { ...window };
  Object.assign(window, fakeWindow(next, script));
  try {
    await Promise.race([work(), failAfter(limitMs, script)]);
    // Messages that nothing waits for.
    await sleep(50);
  } finally {
    for (const name of Object.keys(fakeWindow(next, script))) window[name] = kept[name];
  }
  assert.deepEqual(left.length, 0, `${left.length} answers were not asked for; asked: ${sayAsked(script)}`);
  return script;
}

async function failAfter(limitMs: number, script: Script): Promise<never> {
  await sleep(limitMs, undefined, { ref: false });
  throw new Error(`The dialog did not end; asked: ${sayAsked(script)}`);
}

export function sayAsked({ asked }: Script): string {
  return asked.map(({ kind, words }) => `${kind}: ${words}`).join(' | ');
}

function fakeWindow(next: (asked: Asked) => Answer, script: Script): Patched {
  const message = (words: string, ...rest: unknown[]): Promise<unknown> => {
    const [options, ...others] = rest;
    const isModal = typeof options === 'object' && options !== null && 'modal' in options;
    const buttons = (isModal ? others : rest) as (string | { title: string })[];
    const titles = buttons.map((button) => (typeof button === 'string' ? button : button.title));
    const detail = isModal ? ((options as { detail?: string }).detail ?? '') : '';
    const chosen = next({ kind: 'message', words, choices: titles, detail });
    return Promise.resolve(buttons.find((_, at) => titles[at] === chosen));
  };
  return {
    createQuickPick: () => fakeQuickPick(next),
    createInputBox: () => fakeInputBox(next, script),
    showQuickPick: async (items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions) => {
      const choices = items.map(({ label }) => label);
      const words = options.placeHolder ?? options.title ?? '';
      const chosen = next({ kind: 'pick', words, choices, detail: describe(items) });
      if (chosen === undefined) return undefined;
      const isChosen = ({ label }: vscode.QuickPickItem): boolean => [chosen].flat().includes(label);
      return Promise.resolve(options.canPickMany ? items.filter(isChosen) : items.find(isChosen));
    },
    showInputBox: (options: vscode.InputBoxOptions) => {
      const answer = next({ kind: 'text', words: options.prompt ?? '', choices: [], detail: '' });
      const typed = answer === undefined ? undefined : [answer].flat().at(-1);
      return Promise.resolve(typed === 'as proposed' ? options.value : typed);
    },
    showOpenDialog: ({ title = '' }: vscode.OpenDialogOptions) => {
      const path = next({ kind: 'open', words: title, choices: [], detail: '' });
      return Promise.resolve(typeof path === 'string' ? [vscode.Uri.file(path)] : undefined);
    },
    showSaveDialog: ({ title = '', defaultUri }: vscode.SaveDialogOptions) => {
      const path = next({ kind: 'save', words: title, choices: [], detail: defaultUri?.fsPath ?? '' });
      return Promise.resolve(typeof path === 'string' ? vscode.Uri.file(path) : undefined);
    },
    showInformationMessage: message,
    showWarningMessage: message,
    showErrorMessage: message,
  };
}

function describe(items: readonly vscode.QuickPickItem[]): string {
  return items.map(({ label, description, detail }) => [label, description, detail].join(' ')).join('\n');
}

function fakeQuickPick(next: (asked: Asked) => Answer): unknown {
  const [accepted, hidden] = [new vscode.EventEmitter<void>(), new vscode.EventEmitter<void>()];
  const pick = {
    placeholder: '',
    items: [] as readonly vscode.QuickPickItem[],
    selectedItems: [] as vscode.QuickPickItem[],
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidTriggerButton: new vscode.EventEmitter<void>().event,
    show: () => {
      const { placeholder, items } = pick;
      const asked = { kind: 'pick', words: placeholder, choices: items.map(({ label }) => label) } as const;
      const chosen = next({ ...asked, detail: describe(items) });
      pick.selectedItems = items.filter(({ label }) => label === chosen);
      (pick.selectedItems.length > 0 ? accepted : hidden).fire();
    },
    dispose: () => undefined,
  };
  return pick;
}

/** Types each given text in turn; "Generate" presses that button. */
function fakeInputBox(next: (asked: Asked) => Answer, script: Script): unknown {
  const [accepted, hidden] = [new vscode.EventEmitter<void>(), new vscode.EventEmitter<void>()];
  const changed = new vscode.EventEmitter<string>();
  const triggered = new vscode.EventEmitter<vscode.QuickInputButton>();
  const typeIn = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      const button = box.buttons.find(({ tooltip }) => tooltip === text);
      if (button) triggered.fire(button);
      else if (text !== 'as proposed') {
        box.value = text;
        changed.fire(text);
      }
      lastTyped = box.value;
      accepted.fire();
      do await sleep(20);
      while (box.busy);
      const { validationMessage } = box;
      const words = typeof validationMessage === 'object' ? validationMessage.message : validationMessage;
      if (words) script.complaints.push(words);
    }
  };
  const box = {
    prompt: '',
    value: '',
    busy: false,
    buttons: [] as readonly vscode.QuickInputButton[],
    validationMessage: undefined as string | vscode.InputBoxValidationMessage | undefined,
    onDidAccept: accepted.event,
    onDidHide: hidden.event,
    onDidChangeValue: changed.event,
    onDidTriggerButton: triggered.event,
    show: () => {
      const typed = next({ kind: 'text', words: box.prompt, choices: [], detail: '' });
      if (typed === undefined) hidden.fire();
      else void typeIn([typed].flat());
    },
    dispose: () => undefined,
  };
  return box;
}

let lastTyped = '';

/** What the last box held when it was accepted: a generated passphrase has to be repeated. */
export function typedLast(): string {
  return lastTyped;
}
