import type { Candidate } from './eligibility';

export interface CandidateRules {
  /** Probability mass t of the nucleus, 0 to 1. */
  readonly threshold: number;
  /** How many candidates k follow the nucleus. */
  readonly count: number;
}

/**
 * Steps of the grid in a logit of 1. Tokens in the same step count as equal and are ordered by id, so that
 * those which only rounding tells apart, such as unused rows of a matrix, come in the same order elsewhere.
 */
const gridSteps = 1024;

/**
 * Inverse nucleus ("perinucleus") sampling without the draw (arXiv 2502.07760 §3.1): softmax over the full
 * vocabulary at temperature 1, sorted descending (equal logits by id); the nucleus ends with the first token
 * at which the cumulative sum reaches t; the candidates are the next k *eligible* tokens. Filtering first
 * keeps the later draw uniform over k. Logits are rounded to a grid first.
 *
 * @param exactLogits [vocabulary]
 * @param judge turns a token into a candidate, or returns undefined when it is not eligible after those
 * chosen so far
 * @returns the candidates in descending probability, or undefined when there are fewer than k
 */
export function findCandidates(
  exactLogits: Float32Array,
  rules: CandidateRules,
  judge: (id: number, chosen: readonly Candidate[]) => Candidate | undefined,
): Candidate[] | undefined {
  const logits = exactLogits.map((logit) => Math.round(logit * gridSteps) / gridSteps);
  const highest = logits.reduce((left, right) => Math.max(left, right), -Infinity);
  const target = rules.threshold * sumExponentials(logits, highest);
  const nucleus = new CompensatedSum();
  const chosen: Candidate[] = [];
  let isInside = true;
  for (const id of descendIds(logits)) {
    if (isInside) {
      nucleus.add(Math.exp(logits[id]! - highest));
      isInside = nucleus.value < target;
      continue;
    }
    const candidate = judge(id, chosen);
    if (candidate) chosen.push(candidate);
    if (chosen.length === rules.count) return chosen;
  }
  return undefined;
}

function sumExponentials(logits: Float32Array, highest: number): number {
  const sum = new CompensatedSum();
  for (const logit of logits) sum.add(Math.exp(logit - highest));
  return sum.value;
}

/** Neumaier's summation: a hundred thousand small terms do not shift the end of the nucleus. */
class CompensatedSum {
  private sum = 0;
  private lost = 0;

  add(term: number): void {
    const next = this.sum + term;
    this.lost += Math.abs(this.sum) >= Math.abs(term) ? this.sum - next + term : term - next + this.sum;
    this.sum = next;
  }

  get value(): number {
    return this.sum + this.lost;
  }
}

/** Ids from the highest logit down, equal ones by id. A heap, because more than a few hundred are rarely needed. */
export function* descendIds(logits: Float32Array): Generator<number, void> {
  const heap = Uint32Array.from(logits.keys());
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) siftDown(heap, heap.length, at, logits);
  for (let size = heap.length; size > 0; size--) {
    const top = heap[0]!;
    heap[0] = heap[size - 1]!;
    siftDown(heap, size - 1, 0, logits);
    yield top;
  }
}

function siftDown(heap: Uint32Array, size: number, start: number, logits: Float32Array): void {
  const id = heap[start]!;
  let at = start;
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && comesBefore(heap[child + 1]!, heap[child]!, logits)) child++;
    if (!comesBefore(heap[child]!, id, logits)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  if (size > 0) heap[at] = id;
}

function comesBefore(left: number, right: number, logits: Float32Array): boolean {
  const difference = logits[left]! - logits[right]!;
  return difference > 0 || (difference === 0 && left < right);
}
