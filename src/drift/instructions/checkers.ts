/** Whether an answer obeys. Every one is exact: no model and no person has to judge. */
export type Checker = (answer: string) => boolean;

/** Words as a person counts them: stretches without white space that hold a letter or a number. */
function listWords(text: string): string[] {
  return text.split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

function listSentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

function countWord(text: string, word: string): number {
  return listWords(text).filter((part) => part.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '') === word).length;
}

export const isWordCount =
  (least: number, most: number): Checker =>
  (answer) => {
    const count = listWords(answer).length;
    return count >= least && count <= most;
  };

export const isSentenceCount =
  (count: number): Checker =>
  (answer) =>
    listSentences(answer).length === count;

/** Lines that begin with `* `, as Markdown lists have them. */
export const isBulletCount =
  (count: number): Checker =>
  (answer) =>
    answer.split('\n').filter((line) => /^\s*\* \S/.test(line)).length === count;

export const isParagraphCount =
  (count: number, separator: string): Checker =>
  (answer) => {
    const parts = answer.split(separator).filter((part) => part.trim() !== '');
    return parts.length === count && answer.split(separator).length === count;
  };

export const beginsWith =
  (start: string): Checker =>
  (answer) =>
    answer.trim().startsWith(start);

export const endsWith =
  (end: string): Checker =>
  (answer) =>
    answer.trim().endsWith(end);

export const isOneOf =
  (...options: readonly string[]): Checker =>
  (answer) =>
    options.includes(answer.trim());

export const hasWord =
  (word: string, least: number): Checker =>
  (answer) =>
    countWord(answer, word) >= least;

/** An empty answer has no forbidden word either, and obeys nothing. */
export const lacksWord =
  (word: string): Checker =>
  (answer) =>
    listWords(answer).length > 0 && countWord(answer, word) === 0;

export const lacksSign =
  (sign: string): Checker =>
  (answer) =>
    listWords(answer).length > 0 && !answer.includes(sign);

export const isLowercase: Checker = (answer) =>
  listWords(answer).length > 0 && answer === answer.toLowerCase();

export const isUppercase: Checker = (answer) => /\p{L}/u.test(answer) && answer === answer.toUpperCase();

/** With something between the marks. */
export const isBetween =
  (first: string, last: string): Checker =>
  (answer) => {
    const text = answer.trim();
    return text.length > first.length + last.length && text.startsWith(first) && text.endsWith(last);
  };

export const hasTitle: Checker = (answer) => /<<[^\n<>]+>>/.test(answer);

export const hasPlaceholders =
  (least: number): Checker =>
  (answer) =>
    (answer.match(/\[[^[\]\n]+\]/g) ?? []).length >= least;

export const isJson =
  (kind: 'object' | 'array'): Checker =>
  (answer) => {
    try {
      const value: unknown = JSON.parse(answer.trim());
      return typeof value === 'object' && value !== null && Array.isArray(value) === (kind === 'array');
    } catch {
      return false;
    }
  };

export const isNumber =
  (value: number): Checker =>
  (answer) =>
    new RegExp(`^${value}[.]?$`).test(answer.trim());
