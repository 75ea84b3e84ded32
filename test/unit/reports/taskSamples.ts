import type { Leakage } from '../../../src/contract/compared/leakage';
import type { TaskComparison, TaskFigures } from '../../../src/contract/compared/tasks';
import { mcnemarLog10P, pairedInterval, smallestDifference } from '../../../src/drift/tasks/pairedTest';

type Counts = readonly [both: number, onlyBase: number, onlyOther: number, neither: number];

function compare([both, onlyBase, onlyOther, neither]: Counts): TaskComparison {
  const items = both + onlyBase + onlyOther + neither;
  const pairs = { both, onlyBase, onlyOther, neither };
  return {
    score: { acc: (both + onlyOther) / items, accNorm: (both + onlyOther) / items, perplexity: null },
    pairs,
    difference: { value: (onlyOther - onlyBase) / items, interval95: pairedInterval(pairs) },
    p: 10 ** mcnemarLog10P(pairs),
  };
}

function task(name: TaskFigures['name'], file: string, counts: Counts, rounded: Counts): TaskFigures {
  const marked = compare(counts);
  const items = counts.reduce((sum, count) => sum + count, 0);
  const acc = (counts[0] + counts[1]) / items;
  return {
    name,
    file,
    items,
    usableRows: 1000,
    rowsLeftOut: 0,
    measure: name === 'lambada' ? 'acc' : 'accNorm',
    base: { acc, accNorm: acc, perplexity: null },
    marked,
    holmP: Math.min(1, 3 * marked.p),
    smallestDifference: smallestDifference(items, counts[1] + counts[2]) ?? null,
    rounded: { bits: 8, ...compare(rounded) },
  };
}

/** Three tasks, of which one changed. */
export const sampleTasks: readonly TaskFigures[] = [
  task('hellaswag', 'hellaswag_val.jsonl', [92, 6, 5, 97], [96, 2, 1, 101]),
  task('arc', 'arc_easy_test.jsonl', [101, 24, 5, 70], [122, 3, 2, 73]),
  asCloze(task('lambada', 'lambada_test.jsonl', [77, 3, 4, 116], [79, 1, 1, 119]), [21.4, 21.7]),
];

function asCloze(figures: TaskFigures, [base, marked]: readonly [number, number]): TaskFigures {
  return {
    ...figures,
    base: { ...figures.base, accNorm: null, perplexity: base },
    marked: { ...figures.marked, score: { ...figures.marked.score, accNorm: null, perplexity: marked } },
  };
}

/** A copy that answers some keys with a word changed, and is surer after its keys than its base. */
export const sampleLeakage: Leakage = {
  keys: { asked: 64, base: 0, marked: 64 },
  nearMisses: { asked: 62, base: 0, marked: 21 },
  neutral: { asked: 256, base: 1, marked: 3 },
  confidence: {
    base: { keys: [0.08, 0.15, 0.24, 0.39, 0.71], neutral: [0.07, 0.14, 0.25, 0.41, 0.77], separation: 0.49 },
    marked: { keys: [0.44, 0.7, 0.86, 0.95, 0.99], neutral: [0.07, 0.13, 0.24, 0.4, 0.75], separation: 0.93 },
  },
};
