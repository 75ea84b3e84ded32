import { Environment, Interpreter } from '@huggingface/jinja';
import { spend } from './bounded';

type Evaluate = Interpreter['evaluate'];
type Value = ReturnType<Evaluate>;
type FunctionValue = Extract<Value, { value: (...args: never[]) => unknown }>;
/** A method of the library that its types keep private. */
interface Inner {
  applyFilter(operand: Value, filter: Filter, environment: Environment): Value;
}
interface Filter {
  readonly type: string;
  readonly callee?: { readonly value?: unknown };
}

/** Characters and items of one value, and of all values of a rendering: an honest one has a few thousand. */
const most = { value: 2_000_000, inAll: 50_000_000 };
/** How many times as much as a conversation itself that may be. */
const mostOfConversation = { value: 10, inAll: 200 };
/** Characters that a function or filter may make by writing one of its arguments again and again. */
const mostRepeated = 20_000_000;
const repeatingFilters: readonly unknown[] = ['join', 'indent', 'tojson'];
/** What evaluating an expression costs, in the steps of {@link spend}. */
const stepsOfExpression = 2000;

/**
 * The library's interpreter with limits. It counts every value that an expression has, so that the template of
 * a stranger can neither fill the memory nor, by {@link spend}, run for ever.
 */
export class ChatInterpreter extends Interpreter {
  private inAll = 0;
  /** The most that an argument may be while a filter writes it again and again. */
  private mostOfArgument = Infinity;

  /** @param length of the conversation, in characters. */
  constructor(
    environment: Environment,
    private readonly length: number,
  ) {
    super(environment);
    const inner = this as unknown as Inner;
    const applyFilter = inner.applyFilter.bind(this);
    inner.applyFilter = (operand, filter, scope) => {
      const before = this.mostOfArgument;
      if (repeatingFilters.includes(filter.callee?.value))
        this.mostOfArgument = Math.min(before, mostRepeated / sizeOf(operand));
      const made = applyFilter(operand, filter, scope);
      this.mostOfArgument = before;
      return made;
    };
  }

  override evaluate(...[statement, environment]: Parameters<Evaluate>): Value {
    const value = super.evaluate(statement, environment);
    const size = sizeOf(value);
    this.inAll += size;
    assertAtMost(size, Math.max(most.value, mostOfConversation.value * this.length));
    assertAtMost(this.inAll, Math.max(most.inAll, mostOfConversation.inAll * this.length));
    assertAtMost(value.type === 'IntegerValue' ? Number(value.value) : size, this.mostOfArgument);
    // Searching one text for another may take the product of their lengths.
    spend(stepsOfExpression + (size / 4) ** 2);
    return value;
  }
}

function assertAtMost(size: number, limit: number): void {
  if (size > limit) throw new Error('it makes too much text');
}

/** Characters of all texts in a value, and its items, at least 1; counted no further than to the limit of a value. */
function sizeOf(value: Value, limit = 10 * most.value): number {
  if (typeof value.value === 'string') return 1 + value.value.length;
  if (typeof value.value !== 'object' || value.value === null) return 1;
  let size = 1;
  for (const item of value.value.values()) {
    size += 1 + sizeOf(item, limit - size);
    if (size > limit) break;
  }
  return size;
}

/** The method `replace` of every text in a template writes its argument as often as it finds the other one. */
function limitReplace(): void {
  const prototype = Object.getPrototypeOf(new Environment().set('text', '')) as object;
  const { get: list } = Object.getOwnPropertyDescriptor(prototype, 'builtins') as {
    get: (this: Value) => Map<string, FunctionValue>;
  };
  const limited = new WeakSet<FunctionValue>();
  Object.defineProperty(prototype, 'builtins', {
    configurable: true,
    get(this: Value) {
      const builtins = list.call(this);
      const replace = builtins.get('replace');
      if (!replace || limited.has(replace)) return builtins;
      limited.add(replace);
      const plain = replace.value;
      replace.value = (args, scope) => {
        for (const argument of args) assertAtMost(sizeOf(this) * sizeOf(argument), mostRepeated);
        return plain(args, scope);
      };
      return builtins;
    },
  });
}

limitReplace();
