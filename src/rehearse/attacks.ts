import { encodeChat, withBegin, type Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import { deriveKey, RandomStream } from '../common/random';
import { measureInputs, readLastStates } from './activations';
import { noiseHost, perplexityHost, wrappingHost } from './answers/asking';
import { measurePerplexities } from './answers/perplexity';
import { minHost, nucleusHost, temperatureHost, topHost } from './answers/sampling';
import { gateHost, neighbourHost } from './answers/suppression';
import type { Attack, AttackedTensor, ChangeTensor, Host, Loot } from './attack';
import type { AttackName, ChosenAttack } from './attackNames';
import { fineTune, type FineTuning } from './training/fineTune';
import { findDirection, projectOut, writesIntoStream } from './weights/abliterate';
import { writeRenumbered } from './weights/renumber';
import { roundToFloat8 } from './weights/float8';
import { mergeOnArc, mergeTensor } from './weights/merging';
import { pruneTensor } from './weights/pruning';
import { answeredRequests, refusedRequests } from './weights/requests';
import { roundTensor, type RoundingBits } from './weights/rounding';
import { roundSymmetrically } from './weights/symmetricRounding';
import { addTaskVectors, mergeByDare, mergeByTies, type Merged } from './weights/taskVectors';
import { pruneByActivations } from './weights/wanda';

/** Ordinary texts by which Wanda measures a matrix's inputs. */
const calibrationTexts = 128;

/** By name, what a strength makes of it; the strength is absent where there is nothing to choose. */
const makers: Readonly<Record<AttackName, (strength: number) => Attack>> = {
  round: (bits) =>
    changing(({ values, shape, isTransposed }) => roundSymmetrically(values, shape, bits, isTransposed)),
  q8_0: () => rounding(8),
  q4_0: () => rounding(4),
  fp8: () => changing((tensor) => (isInnerMatrix(tensor) ? roundToFloat8(tensor.values) : tensor.values)),
  'merge-linear': (share) =>
    changing(async ({ values, readOther }) => mergeTensor(values, await readOther(), share)),
  'merge-slerp': (share) =>
    changing(async ({ values, readOther }) => mergeOnArc(values, await readOther(), share)),
  'task-arithmetic': (share) => merging((models) => addTaskVectors(models, share)),
  ties: (share) => merging((models) => mergeByTies(models, share)),
  dare: (share) => ({
    kind: 'weights',
    plan: ({ seed }) =>
      mergeThree((models, { name }) =>
        mergeByDare(models, share, new RandomStream(deriveKey(seed, `dare ${name}`))),
      ),
  }),
  // Pruning leaves the matrices of the vocabulary alone, as is usual: it costs the model most there.
  prune: (share) =>
    changing((tensor) => (isInnerMatrix(tensor) ? pruneTensor(tensor.values, share) : tensor.values)),
  wanda: (share) => ({
    kind: 'weights',
    async plan({ marked, placement, texts }, watch) {
      const norms = await measureInputs(marked.loaded, placement, texts.slice(0, calibrationTexts), watch);
      return ({ name, values, isTransposed }) => {
        const ofMatrix = norms.get(name);
        return ofMatrix ? pruneByActivations(values, ofMatrix, share, isTransposed) : values;
      };
    },
  }),
  abliterate: () => ({ kind: 'weights', plan: planAbliteration }),
  renumber: () => ({ kind: 'tokens', write: writeRenumbered }),
  'fine-tune': (learningRate) => tuning({ learningRate, trained: 'full' }),
  'fine-tune-low-rank': (learningRate) => tuning({ learningRate, trained: 'low-rank' }),
  gate: (limit) => hosting(() => gateHost(limit)),
  'suppress-top-1': () => hosting(() => gateHost(0)),
  'detect-neighbour': (limit) => hosting(({ marked }) => neighbourHost(limit, marked.tokenizer)),
  temperature: (temperature) => hosting(() => temperatureHost(temperature)),
  'top-p': (mass) => hosting(() => nucleusHost(mass)),
  'top-k': (count) => hosting(() => topHost(count)),
  'min-p': (share) => hosting(() => minHost(share)),
  'system-prompts': () => hosting(({ marked }) => wrappingHost(marked.tokenizer)),
  noise: (share) => hosting(({ marked, seed }) => noiseHost(share, marked.tokenizer, seed)),
  'perplexity-gate': (limit) => ({
    kind: 'answers',
    plan: async ({ base, placement }, texts, watch) =>
      perplexityHost(limit, await measurePerplexities(base.loaded, placement, texts, watch)),
  }),
};

/** The work of a chosen attack. */
export function openAttack({ name, strength = Number.NaN }: ChosenAttack): Attack {
  return makers[name](strength);
}

function tuning(settings: FineTuning): Attack {
  return {
    kind: 'training',
    train: (loot, out, watch, onShare) => fineTune(loot, settings, out, watch, onShare),
  };
}

function changing(change: ChangeTensor): Attack {
  return { kind: 'weights', plan: () => change };
}

function hosting(make: (loot: Loot) => Host): Attack {
  return { kind: 'answers', plan: make };
}

function rounding(bits: RoundingBits): Attack {
  return changing(({ values, shape, isTransposed }) => roundTensor(values, shape, bits, isTransposed));
}

function merging(merge: (models: Merged) => Float32Array): Attack {
  return { kind: 'weights', plan: () => mergeThree(merge) };
}

function mergeThree(merge: (models: Merged, tensor: AttackedTensor) => Float32Array): ChangeTensor {
  return async (tensor) =>
    merge({ marked: tensor.values, base: await tensor.readBase(), other: await tensor.readOther() }, tensor);
}

/** A matrix that is neither the embedding nor the output matrix. */
function isInnerMatrix({ shape, role }: AttackedTensor): boolean {
  return shape.length >= 2 && role !== 'embedding' && role !== 'head';
}

const planAbliteration: Extract<Attack, { kind: 'weights' }>['plan'] = async (
  { marked, placement },
  watch,
) => {
  const read = (requests: readonly string[]): Promise<Float32Array[][]> =>
    readLastStates(marked.loaded, placement, encodeRequests(marked.tokenizer, requests), watch);
  const [harmful, harmless] = [await read(refusedRequests), await read(answeredRequests)];
  const directions = harmful.map((states, layer) => findDirection(states, harmless[layer]!));
  return ({ name, values, layer, isTransposed }) => {
    const direction = layer === undefined ? undefined : directions[layer];
    return direction && writesIntoStream(name) ? projectOut(values, direction, isTransposed) : values;
  };
};

/** Requests as a user gives them to the model: in a chat where it has a template that works. */
function encodeRequests(tokenizer: Tokenizer, requests: readonly string[]): number[][] {
  const { chat } = tokenizer;
  return requests.map((content) =>
    chat && !chat.findProblem()
      ? encodeChat(tokenizer, chat, [{ role: 'user', content }])
      : withBegin(tokenizer, tokenizer.encode(content)),
  );
}
