import { createHash } from 'node:crypto';
import { Environment, Interpreter, Template } from '@huggingface/jinja';
import { UserError } from '../../common/errors';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/**
 * What decides, together with the messages, the text that a template produces. It is recorded with everything
 * made from it.
 */
interface ChatRendering {
  /** SHA-256 of the template's text, lower-case hexadecimal. */
  readonly templateSha256: string;
  /** The date that a template gets when it asks for today, so that the same key always gives the same text. */
  readonly date: string;
  readonly enableThinking: false;
}

export interface ChatTemplate {
  /**
   * The text that the model reads for a conversation, including the begin token where the template writes
   * one.
   * @param addGenerationPrompt whether the assistant's turn is opened at the end.
   * @throws UserError `chat-template` when the template refuses the conversation or cannot be run.
   */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string;
  readonly rendering: ChatRendering;
}

const fixedDate = '2025-01-01';
/** That date, a Wednesday, at midnight, for every strftime code that templates use; in English on every machine. */
const dateParts: Readonly<Record<string, string>> = {
  '%Y': '2025',
  '%y': '25',
  '%m': '01',
  '%-m': '1',
  '%B': 'January',
  '%b': 'Jan',
  '%d': '01',
  '%-d': '1',
  '%e': ' 1',
  '%j': '001',
  '%A': 'Wednesday',
  '%a': 'Wed',
  '%F': fixedDate,
  '%H': '00',
  '%I': '12',
  '%M': '00',
  '%S': '00',
  '%p': 'AM',
  '%%': '%',
};
const mostRangeItems = 100_000;
const nextStep = 'Correct the template in tokenizer_config.json or chat_template.jinja, or remove it.';

/**
 * Parses a chat template. Text that it inserts itself (a default system prompt, an empty or opened thinking
 * part) is left alone and is fixed by the template's digest.
 * @param tokens the texts of the tokenizer's begin and end tokens.
 * @param name of the checkpoint, for errors.
 * @throws UserError `chat-template` when it cannot be parsed.
 */
export function parseChatTemplate(
  source: string,
  tokens: { readonly begin: string | undefined; readonly end: string | undefined },
  name: string,
): ChatTemplate {
  const { parsed } = explain(() => new Template(source), `The chat template of ${name} cannot be read`);
  const render = (messages: readonly ChatMessage[], addGenerationPrompt: boolean): string => {
    const environment = makeEnvironment(tokens);
    environment.set('messages', messages);
    environment.set('add_generation_prompt', addGenerationPrompt);
    const result: { value: unknown } = explain(
      () => new Interpreter(environment).run(parsed),
      `The chat template of ${name} rejected a conversation`,
    );
    return String(result.value);
  };
  const templateSha256 = createHash('sha256').update(source).digest('hex');
  return { render, rendering: { templateSha256, date: fixedDate, enableThinking: false } };
}

/** What transformers passes to a template, except for the clock. */
function makeEnvironment(tokens: { readonly begin: string | undefined; readonly end: string | undefined }) {
  const environment = new Environment();
  for (const [name, value] of Object.entries({
    true: true,
    True: true,
    false: false,
    False: false,
    none: null,
    None: null,
    range: makeRange,
    raise_exception: refuse,
    strftime_now: formatDate,
    tools: null,
    documents: null,
    enable_thinking: false,
    ...(tokens.begin !== undefined && { bos_token: tokens.begin }),
    ...(tokens.end !== undefined && { eos_token: tokens.end }),
  }))
    environment.set(name, value);
  return environment;
}

function formatDate(format: string): string {
  return format.replace(/%-?[A-Za-z%]/g, (code) => dateParts[code] ?? code);
}

function refuse(reason: string): never {
  throw new Error(reason);
}

/** Python's `range`, limited because a hostile template could ask for any length. */
function makeRange(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!(count <= mostRangeItems)) throw new Error(`range() of ${count} items`);
  return Array.from({ length: count }, (_, index) => start + index * step);
}

function explain<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('chat-template', `${what}: ${why.replace(/[.!]?$/, '.')}`, nextStep, {
      cause: error,
    });
  }
}
