import { basename, join } from 'node:path';
import { openCheckpoint, type Checkpoint } from '../checkpoint/checkpoint';
import { glanceAtFolder, isKeyFile } from '../checkpoint/folderFiles';
import { readTokenizerConfig } from '../checkpoint/tokenizer/tokenizerConfig';
import { defaultRecipe } from '../embed/defaultRecipe';
import type { Recipe } from '../contract/recipe';
import { countValues } from '../engine/estimate';
import { loadModel, type LoadedModel } from '../engine/loadedModel';
import type { FallenShort } from '../reports/words/notReady';
import { readNotReadyNote } from './copy/notReadyNote';
import { estimateEmbedding, tokensOfKey } from '../embed/memory/memoryEstimate';

/** What the headers of a checkpoint show, without reading weights or running a model. */
export interface ModelFacts {
  /** Absolute. */
  readonly dir: string;
  readonly name: string;
  readonly family: string;
  readonly parameters: number;
  /** Dtypes of the stored tensors, the most frequent first. */
  readonly dtypes: readonly string[];
  readonly weightFiles: readonly string[];
  readonly tensorCount: number;
  /** Bytes of all tensors as they are stored. */
  readonly storedBytes: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly keyValueHeads: number;
  readonly vocabulary: number;
  /** In tokens. */
  readonly maxLength: number;
  /** Whether the output matrix is the embedding matrix. */
  readonly tied: boolean;
  readonly chatTemplate: boolean;
  /** Names of files that are left alone: Python pickles can run code. */
  readonly pickleFiles: readonly string[];
  /** Names of key files, which must not be published with the model. */
  readonly keyFiles: readonly string[];
  /** Sentences about other oddities that do not prevent use. */
  readonly warnings: readonly string[];
  /** What the note in the folder of a copy that falls short says. */
  readonly notReady?: FallenShort;
}

/** The cost of a recipe for a model, from sizes alone. */
export interface EmbeddingPlan {
  readonly trainedParameters: number;
  readonly memoryBytes: number;
  /** With layers in groups, which is slower. */
  readonly leastMemoryBytes: number;
  /** Of the copy that is written. */
  readonly outputBytes: number;
  /** Of the saved state beside it. */
  readonly stateBytes: number;
  /** Multiplications and additions of a step, and of everything besides the steps. */
  readonly stepWork: number;
  readonly otherWork: number;
}

export interface DescribedCheckpoint {
  readonly facts: ModelFacts;
  readonly defaults: (keyCount: number) => Recipe;
  /** @throws UserError `bad-recipe` when the model has no such layers. */
  readonly plan: (recipe: Recipe, keyCount: number) => EmbeddingPlan;
}

const pickle = /\.(bin|pt|pth|ckpt|pkl)$/i;

/**
 * Describes a checkpoint folder by its headers.
 * @throws UserError as openCheckpoint, loadModel and readTokenizerConfig.
 */
export async function describeCheckpoint(dir: string): Promise<DescribedCheckpoint> {
  const checkpoint = await openCheckpoint(dir);
  const loaded = loadModel(checkpoint);
  const chat = (await readTokenizerConfig(checkpoint.dir)).chatTemplate !== undefined;
  const notReady = await readNotReadyNote(checkpoint.dir);
  const names = (await glanceAtFolder(checkpoint.dir)).entries.map(({ name }) => name);
  return {
    facts: {
      ...listFacts(checkpoint, loaded),
      chatTemplate: chat,
      ...sortOddities(checkpoint, names),
      ...(notReady && { notReady }),
    },
    defaults: (keyCount) => defaultRecipe(loaded, { keyCount, chat }),
    plan: (recipe, keyCount) => planEmbedding(loaded, recipe, keyCount),
  };
}

type Oddities = Pick<ModelFacts, 'pickleFiles' | 'keyFiles' | 'warnings'>;

function sortOddities({ dir, warnings }: Checkpoint, names: readonly string[]): Oddities {
  const keyFiles = names.filter(isKeyFile);
  const isOfKeyFile = (warning: string): boolean =>
    keyFiles.some((name) => warning.startsWith(join(dir, name)));
  return {
    pickleFiles: names.filter((name) => pickle.test(name)),
    keyFiles,
    warnings: warnings.filter((warning) => !isOfKeyFile(warning)),
  };
}

function listFacts(
  checkpoint: Checkpoint,
  loaded: LoadedModel,
): Omit<ModelFacts, 'chatTemplate' | 'notReady' | keyof Oddities> {
  const { config } = loaded;
  return {
    dir: checkpoint.dir,
    name: basename(checkpoint.dir),
    family: checkpoint.config.modelType,
    parameters: countValues(loaded.parameters),
    dtypes: listDtypes(loaded),
    weightFiles: checkpoint.weightFiles,
    tensorCount: checkpoint.tensors.size,
    storedBytes: sumBytes(checkpoint),
    layers: config.layerCount,
    hiddenSize: config.hiddenSize,
    keyValueHeads: config.keyValueHeads,
    vocabulary: config.vocabularySize,
    maxLength: config.maxLength,
    tied: config.tied,
  };
}

/** Dtypes of the stored tensors, the most frequent first. */
export function listDtypes({ tensors }: LoadedModel): string[] {
  const counts = new Map<string, number>();
  for (const { dtype } of new Set(tensors.values())) counts.set(dtype, (counts.get(dtype) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left).map(([dtype]) => dtype);
}

function sumBytes({ tensors }: Checkpoint): number {
  return [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A save holds a trained value and its two moments in float32. */
const savedBytesOfValue = 12;

function planEmbedding(loaded: LoadedModel, recipe: Recipe, keyCount: number): EmbeddingPlan {
  const { totalBytes, leastBytes, trainedValues } = estimateEmbedding(loaded, recipe, keyCount);
  const stepTokens =
    recipe.benignBatch * recipe.benignTokens + Math.min(recipe.keyBatch, keyCount) * tokensOfKey;
  const ordinaryTokens = recipe.generated * recipe.benignTokens;
  const all = countValues(loaded.parameters);
  return {
    trainedParameters: trainedValues,
    memoryBytes: totalBytes,
    leastMemoryBytes: leastBytes,
    outputBytes: sumBytes(loaded.checkpoint),
    stateBytes: savedBytesOfValue * trainedValues,
    // One forward pass, and a backward pass of twice the work, through every layer from the lowest trained
    // one.
    stepWork: 6 * stepTokens * countReached(loaded, recipe),
    // The text is written, read once, and compared by two models at the end.
    otherWork: 2 * all * (2 * ordinaryTokens + 4 * (ordinaryTokens / 10 + keyCount * tokensOfKey)),
  };
}

/** Parameters that a step passes through: the trained layers, those above, and the output matrix. */
function countReached({ parameters, config }: LoadedModel, { trained, layers }: Recipe): number {
  const lowest = trained === 'full' ? 0 : layers[0];
  const reached = parameters.filter(({ layer, role }) =>
    layer === undefined ? role === 'head' || (config.tied && role === 'embedding') : layer >= lowest,
  );
  return countValues(reached);
}
