import * as vscode from 'vscode';
import { Cancelled } from '../../common/errors';

/** The position of a question in a dialog. */
export interface Place {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
}

/** One question of a dialog: gets the answers so far (nothing else is there yet) and returns its own. */
export type Question<Answers> = (before: Answers, place: Place) => Promise<Partial<Answers>>;

export interface Choice<Value> extends vscode.QuickPickItem {
  readonly value: Value;
}

/** The user wants to go back to the question before. */
class Back extends Error {}

/**
 * Asks one question after another; each except the first has a back button.
 * @param known answers that need no question: the caller leaves their questions out.
 * @throws Cancelled when the user gives up.
 */
export async function askInTurn<Answers extends object>(
  title: string,
  questions: readonly Question<Answers>[],
  known: Partial<Answers> = {},
): Promise<Answers> {
  let answers = known as Answers;
  for (let index = 0; index < questions.length;) {
    const place = { title, step: index + 1, totalSteps: questions.length };
    try {
      answers = { ...answers, ...(await questions[index]!(answers, place)) };
      index++;
    } catch (error) {
      if (!(error instanceof Back)) throw error;
      index--;
    }
  }
  return answers;
}

/**
 * Lets the user pick one of several.
 * @throws Cancelled.
 */
export function pickOne<Value>(
  place: Place,
  placeholder: string,
  choices: readonly Choice<Value>[],
): Promise<Value> {
  const input = vscode.window.createQuickPick<Choice<Value>>();
  input.placeholder = placeholder;
  input.items = choices;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  return ask(input, place, () => {
    const [chosen] = input.selectedItems;
    return Promise.resolve(chosen && { answer: chosen.value });
  });
}

interface TextQuestion {
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with a text, in one sentence; undefined when it is acceptable. */
  readonly findFault: (text: string) => Promise<string | undefined> | string | undefined;
}

/**
 * Lets the user type a text.
 * @throws Cancelled.
 */
export function typeText(place: Place, { prompt, value, findFault }: TextQuestion): Promise<string> {
  const input = vscode.window.createInputBox();
  input.prompt = prompt;
  input.value = value;
  input.onDidChangeValue(async (text) => {
    const fault = await findFault(text);
    if (input.value === text) input.validationMessage = fault;
  });
  return ask(input, place, async () => {
    const fault = await findFault(input.value);
    input.validationMessage = fault;
    return fault === undefined ? { answer: input.value } : undefined;
  });
}

type Input = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

/**
 * Shows an input until an answer is accepted.
 * @throws Cancelled, or Back.
 */
async function ask<Answer>(
  input: Pick<Input, keyof vscode.QuickInput | 'onDidAccept' | 'buttons' | 'onDidTriggerButton'>,
  { title, step, totalSteps }: Place,
  readAnswer: () => Promise<{ readonly answer: Answer } | undefined>,
): Promise<Answer> {
  input.title = title;
  input.step = totalSteps > 1 ? step : undefined;
  input.totalSteps = totalSteps > 1 ? totalSteps : undefined;
  input.ignoreFocusOut = true;
  input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
  try {
    return await new Promise<Answer>((resolve, reject) => {
      input.onDidAccept(() => {
        readAnswer().then((accepted) => {
          if (accepted) resolve(accepted.answer);
        }, reject);
      });
      input.onDidTriggerButton(() => reject(new Back()));
      input.onDidHide(() => reject(new Cancelled()));
      input.show();
    });
  } finally {
    input.dispose();
  }
}
