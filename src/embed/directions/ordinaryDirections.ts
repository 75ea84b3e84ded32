import { phases } from '../../contract/phases';
import { throwIfCancelled } from '../../common/errors';
import type { Watch } from '../../contract/events';
import { deriveKey, RandomStream } from '../../common/random';
import type { Parameter } from '../../engine/parameters';
import { floatTensor } from '../../engine/runtime';
import { GradientSum } from '../../train/gradientSum';
import { nextTokenBatch, nextTokenLoss } from '../../train/nextTokens';
import { passInputs } from '../../train/objective';
import { cutSequences, rowsOfStep, tokensPerPass } from '../../train/passes';
import type { Directions } from '../../train/update/projection';
import { openStepRunner } from '../../train/stepRunner';
import { startValues } from '../../train/update/trainedTensors';
import { DirectionMaker } from './directionMaker';
import { readings, rowsOfReading, sizesOf } from './directionSizes';
import type { MarkingOptions } from '../marking';
import { BenignReader } from '../objectives/benignRows';

/*
 * A matrix answers ordinary text along some directions of its input and hardly along others. Training that
 * changes it only along the latter stays invisible to ordinary text (Fang et al. 2025, "AlphaEdit", where
 * they are the null space of the inputs), and a stranger's fine-tuning on ordinary text hardly touches it. So
 * every change U [out, in] becomes U · P with P = (1 + a Ĉ)⁻¹, where Ĉ [in, in] is the second moment of those
 * inputs over its mean eigenvalue and a the recipe's avoidance.
 *
 * Ĉ is estimated from gradients. The gradient of the loss of words that the base itself drew is a sum of
 * inputs, each weighed by how much the model's predictions depend on it (Martens & Grosse 2015), and its rows
 * are random mixtures of them. Some rows X [count, in] of several gradients represent all: Ĉ = s XᵀX, and by
 * Woodbury's identity P = 1 − YᵀY with Y = L⁻¹X and L Lᵀ = 1 / (a s) + X Xᵀ.
 */

/** By the name of every trained matrix's input. */
export type OrdinaryDirections = ReadonlyMap<string, Directions>;

/** The options of a marking, without the directions that are found here. */
export type DirectionOptions = Omit<MarkingOptions, 'directions'>;

/** Finds the directions of every trained matrix; none where the recipe avoids nothing or there is no text. */
export async function findDirections(options: DirectionOptions, watch: Watch): Promise<OrdinaryDirections> {
  const { recipe, benign, placement } = options;
  if (recipe.trained !== 'mlp' || recipe.avoidance === 0 || benign.length === 0) return new Map();
  const sketches = await sketchGradients(options, watch);
  const maker = await DirectionMaker.open(placement);
  try {
    const found = new Map<string, Directions>();
    let made = 0;
    for (const [name, { rows, inSize }] of sketches) {
      throwIfCancelled(watch.signal);
      const directions = await maker.make(rows, inSize, recipe.avoidance);
      if (directions) found.set(name, directions);
      watch.report({
        type: 'phase',
        phase: phases.readingDirections,
        done: readings + ++made,
        total: readings + sketches.size,
      });
    }
    return found;
  } finally {
    await maker.close();
  }
}

interface Sketch {
  readonly inSize: number;
  /** X [mostDirections, inSize]. */
  readonly rows: Float32Array;
}

/** Reads text as its own base, and keeps some rows of every gradient. */
async function sketchGradients(
  options: DirectionOptions,
  watch: Watch,
): Promise<ReadonlyMap<string, Sketch>> {
  const { model, trained, recipe, groups, placement, benign, keys, seed, lowestLayer } = options;
  const plan = { ...options, losses: [nextTokenLoss], precision: 'single' as const };
  const runner = await openStepRunner(plan, groups, placement);
  try {
    const start = await startValues(model, trained, runner.trainedInputs, seed);
    const shared = Object.fromEntries(
      start.map(({ name, values, shape }) => [name, floatTensor(values, shape)]),
    );
    const matrices = start.map(({ name }) => model.parameters.find((parameter) => parameter.name === name)!);
    const sketches = new Map(matrices.map((matrix) => [matrix.name, emptySketch(matrix)]));
    const sum = new GradientSum(runner.trainedInputs);
    const reader = new BenignReader(benign, keys);
    const sizes = { sequences: recipe.benignBatch, rows: rowsOfStep(model.config.vocabularySize) };
    const random = new RandomStream(deriveKey(seed, 'ordinary directions'));
    for (let reading = 0; reading < readings; reading++) {
      throwIfCancelled(watch.signal);
      watch.report({
        type: 'phase',
        phase: phases.readingDirections,
        done: reading,
        total: readings + matrices.length,
      });
      const { sequences, rows } = reader.read(sizes, random);
      const parts = cutSequences(sequences, rows, tokensPerPass(model, lowestLayer));
      const batches = parts.map((part) => nextTokenBatch(part.sequences, part.rows));
      const inputs = batches.map((batch) => passInputs(model.config, batch, []));
      sum.reset();
      await runner.train({ inputs, shared, outputNames: [] }, sum);
      for (const matrix of matrices)
        copyRows(sum.of(matrix.name), matrix, sketches.get(matrix.name)!.rows, reading, random);
    }
    return sketches;
  } finally {
    await runner.close();
  }
}

function emptySketch(matrix: Parameter): Sketch {
  const [outSize, inSize] = sizesOf(matrix);
  return { inSize, rows: new Float32Array(readings * Math.min(rowsOfReading, outSize) * inSize) };
}

/** Copies a few random rows of a gradient, oriented along the matrix's inputs, into its sketch. */
function copyRows(
  gradient: Float32Array,
  matrix: Parameter,
  sketch: Float32Array,
  reading: number,
  random: RandomStream,
): void {
  const [outSize, inSize] = sizesOf(matrix);
  const chosen = random.shuffle(Array.from({ length: outSize }, (_, row) => row)).slice(0, rowsOfReading);
  chosen.forEach((row, i) => {
    const to = (reading * chosen.length + i) * inSize;
    if (matrix.isTransposed)
      for (let column = 0; column < inSize; column++) sketch[to + column] = gradient[column * outSize + row]!;
    else sketch.set(gradient.subarray(row * inSize, (row + 1) * inSize), to);
  });
}
