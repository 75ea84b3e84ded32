import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import { assertStrongPassphrase } from '../../fingerprint/keyFile/keyFile';
import {
  generatePassphrase,
  ratePassphrase,
  type Strength,
} from '../../fingerprint/keyFile/passphraseStrength';

const strengthWords: Readonly<Record<Exclude<Strength, 'refused'>, string>> = {
  weak: 'Weak: two or three more words make it strong.',
  fair: 'Fair: one or two more words make it strong.',
  strong: 'Strong.',
};

const generateButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('sparkle'),
  tooltip: 'Generate',
};
const showButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('eye'),
  tooltip: 'Show or Hide',
};

/**
 * Asks for a new passphrase twice, says how strong it is while it is typed, and offers to generate one.
 * @param path the key file
 * @throws Cancelled when the user gives up.
 */
export async function askNewPassphrase(path: string): Promise<string> {
  const title = `Passphrase for ${basename(path)}`;
  const prompt =
    'At least 8 characters, for example several words. If you lose it, the keys are lost. The star generates one.';
  const passphrase = await askInBox({
    title,
    prompt,
    canGenerate: true,
    comment: commentOn,
    accept: (typed) => Promise.resolve(findWeakness(typed) ?? { answer: typed }),
  });
  return askInBox({
    title,
    prompt: 'Repeat the passphrase, best from where you keep it.',
    accept: (again) =>
      Promise.resolve(again === passphrase ? { answer: again } : 'The two passphrases differ.'),
  });
}

/**
 * Asks for the passphrase of a key file until one opens it.
 * @param open opens the file with what was typed; undefined where that is wrong
 * @throws Cancelled when the user gives up; whatever `open` throws.
 */
export function askPassphrase<Answer>(
  path: string,
  open: (passphrase: string) => Promise<Answer | undefined>,
  words: { readonly title: string; readonly prompt: string } = {
    title: `Unlock ${basename(path)}`,
    prompt: 'Passphrase of the key set',
  },
): Promise<Answer> {
  return askInBox<Answer>({
    ...words,
    accept: async (typed) => {
      const answer = typed === '' ? undefined : await open(typed);
      return answer === undefined ? 'The passphrase is wrong, or the file is damaged.' : { answer };
    },
  });
}

/** How strong a passphrase is, or what is wrong with it, under its box. */
function commentOn(typed: string): vscode.InputBoxValidationMessage | undefined {
  if (typed === '') return undefined;
  const weakness = findWeakness(typed);
  if (weakness !== undefined) return { message: weakness, severity: vscode.InputBoxValidationSeverity.Error };
  const strength = ratePassphrase(typed) as Exclude<Strength, 'refused'>;
  const isWeak = strength === 'weak';
  const { Info, Warning } = vscode.InputBoxValidationSeverity;
  return { message: strengthWords[strength], severity: isWeak ? Warning : Info };
}

function findWeakness(passphrase: string): string | undefined {
  try {
    assertStrongPassphrase(passphrase);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return `${error.message} ${error.next}`;
    throw error;
  }
}

interface Box<Answer> {
  readonly title: string;
  readonly prompt: string;
  readonly canGenerate?: boolean;
  readonly comment?: (typed: string) => vscode.InputBoxValidationMessage | undefined;
  /** The answer, or why what was typed is none. */
  readonly accept: (typed: string) => Promise<{ readonly answer: Answer } | string>;
}

/** @throws Cancelled; whatever `accept` throws. */
async function askInBox<Answer>({
  title,
  prompt,
  canGenerate,
  comment,
  accept,
}: Box<Answer>): Promise<Answer> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, prompt, password: true, ignoreFocusOut: true });
  box.buttons = canGenerate ? [generateButton, showButton] : [showButton];
  try {
    return await new Promise<Answer>((resolve, reject) => {
      box.onDidChangeValue((typed) => (box.validationMessage = comment?.(typed)));
      box.onDidTriggerButton((button) => {
        box.password = button === generateButton ? false : !box.password;
        if (button !== generateButton) return;
        box.value = generatePassphrase();
        box.validationMessage = {
          message: 'Strong. Write it down or put it into a password manager now: it is not shown again.',
          severity: vscode.InputBoxValidationSeverity.Info,
        };
      });
      box.onDidHide(() => reject(new Cancelled()));
      box.onDidAccept(() => {
        if (box.busy) return;
        box.busy = true;
        accept(box.value)
          .then((accepted) => {
            if (typeof accepted === 'string') box.validationMessage = accepted;
            else resolve(accepted.answer);
          }, reject)
          .finally(() => (box.busy = false));
      });
      box.show();
    });
  } finally {
    box.dispose();
  }
}
