import { createHash } from 'node:crypto';
import { Environment, Template } from '@huggingface/jinja';
import { UserError } from '../../common/errors';
import { withDeadline } from '../../common/deadline';
import { runBounded } from './bounded';
import { ChatInterpreter } from './chatInterpreter';

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
   * @throws UserError `chat-template` when the template cannot be read, refuses the conversation, or would
   * take for ever.
   */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string;
  readonly rendering: ChatRendering;
  /** What render would throw for a question, found within a few seconds; undefined for a template that works. */
  findProblem(): UserError | undefined;
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
/** Three times the longest that is published. */
const mostTemplateLength = 100_000;
const deadlineMs = { parsing: 2000, rendering: 2000, eachCharacter: 0.01 };
const nextStep = 'Correct the template in tokenizer_config.json or chat_template.jinja, or remove it.';
/** Names that no special token takes away. */
const takenNames = ['messages', 'add_generation_prompt', 'tools', 'documents', 'namespace'];

/**
 * A chat template, which is parsed when it is first used. Text that it inserts itself (a default system prompt,
 * an empty or opened thinking part) is left alone and is fixed by the template's digest.
 * @param named special tokens by the names that a template uses for them: `eos_token`.
 * @param name of the checkpoint, for errors.
 */
export function openChatTemplate(
  source: string,
  named: ReadonlyMap<string, string>,
  name: string,
): ChatTemplate {
  let parsed: Template['parsed'] | undefined;
  const render = (messages: readonly ChatMessage[], addGenerationPrompt: boolean): string => {
    const program = (parsed ??= explain(() => parse(source), `The chat template of ${name} cannot be read`));
    const length = messages.reduce((sum, { content }) => sum + content.length, 0);
    const run = (): string => {
      const environment = makeEnvironment(named);
      environment.set('messages', messages);
      environment.set('add_generation_prompt', addGenerationPrompt);
      return new ChatInterpreter(environment, length).run(program).toString();
    };
    const limitMs = deadlineMs.rendering + deadlineMs.eachCharacter * length;
    return explain(() => runBounded(limitMs, run), `The chat template of ${name} rejected a conversation`);
  };
  const templateSha256 = createHash('sha256').update(source).digest('hex');
  return {
    render,
    rendering: { templateSha256, date: fixedDate, enableThinking: false },
    findProblem: () => {
      try {
        render([{ role: 'user', content: 'Hello' }], true);
        return undefined;
      } catch (error) {
        if (error instanceof UserError) return error;
        throw error;
      }
    },
  };
}

function parse(source: string): Template['parsed'] {
  if (source.length > mostTemplateLength)
    throw new Error(`it has ${source.length} characters, more than ${mostTemplateLength}`);
  return withDeadline(deadlineMs.parsing, () => new Template(source).parsed);
}

/** What transformers passes to a template, except for the clock. */
function makeEnvironment(named: ReadonlyMap<string, string>): Environment {
  const environment = new Environment();
  const globals = {
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
  };
  const tokens = [...named].filter(([name]) => !takenNames.includes(name));
  for (const [name, value] of new Map<string, unknown>([...Object.entries(globals), ...tokens]))
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
