import * as z from 'zod';

/** The bounds of a number: the least, or a value that it must exceed; and the most, if there is one. */
export type Bounds = ({ readonly least: number } | { readonly above: number }) & { readonly most?: number };

/** The name and purpose of a value, in plain words. */
interface Words {
  readonly title: string;
  readonly why: string;
  /** A paragraph for somebody who meets the value for the first time: what it does, and when to change it. */
  readonly more: string;
}

interface NumberWords extends Words {
  readonly unit?: string;
  /** How such a number can be written, where that is not obvious. */
  readonly example?: string;
}

export interface NumberValue extends NumberWords {
  readonly kind: 'number';
  readonly schema: z.ZodNumber;
  readonly isWhole: boolean;
  readonly bounds: Bounds;
}

interface ChoiceWords<Word extends string> {
  readonly title: string;
  readonly more: string;
  /** One sentence for a person who entered something else. */
  readonly takes: string;
  readonly options: readonly { readonly value: Word; readonly words: string; readonly why: string }[];
}

export interface ChoiceValue<Word extends string = string> extends ChoiceWords<Word> {
  readonly kind: 'choice';
  readonly schema: z.ZodEnum<{ [Each in Word]: Each }>;
}

export interface OtherValue<Schema extends z.ZodType = z.ZodType> extends Words {
  readonly kind: 'other';
  readonly schema: Schema;
  /** One sentence for a person who entered something else. */
  readonly takes: string;
}

/** A value of a recipe: what it may be, and how it is explained. */
export type RecipeValue = NumberValue | ChoiceValue | OtherValue;

/** A whole number. */
export function whole(bounds: Bounds, words: NumberWords): NumberValue {
  return { kind: 'number', schema: keepTo(z.number().int(), bounds), isWhole: true, bounds, ...words };
}

/** Any number. */
export function amount(bounds: Bounds, words: NumberWords): NumberValue {
  return { kind: 'number', schema: keepTo(z.number(), bounds), isWhole: false, bounds, ...words };
}

function keepTo(schema: z.ZodNumber, bounds: Bounds): z.ZodNumber {
  const bounded = 'above' in bounds ? schema.gt(bounds.above) : schema.min(bounds.least);
  return bounds.most === undefined ? bounded : bounded.max(bounds.most);
}

/** One of a few words. */
export function choice<const Word extends string>(words: ChoiceWords<Word>): ChoiceValue<Word> {
  return { kind: 'choice', schema: z.enum(words.options.map(({ value }) => value)), ...words };
}

/** Any other value. */
export function other<Schema extends z.ZodType>(
  schema: Schema,
  words: Words & { readonly takes: string },
): OtherValue<Schema> {
  return { kind: 'other', schema, ...words };
}

/** The schemas of values, under their names. */
export function schemasOf<Values extends Record<string, RecipeValue>>(
  values: Values,
): { [Name in keyof Values]: Values[Name]['schema'] } {
  const schemas = Object.entries(values).map(([name, { schema }]) => [name, schema]);
  return Object.fromEntries(schemas) as { [Name in keyof Values]: Values[Name]['schema'] };
}
