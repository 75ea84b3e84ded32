import type { DeeplyReadonly, RequestOf, ResultOf } from '../contract/declaration';
import type { inspect as declaration } from '../contract/declarations/inspect';
import { usualKeyCount } from '../contract/declarations/createKeySet';
import { digestCheckpoint } from '../checkpoint/identity';
import { defaultRecipe } from '../embed/defaultRecipe';
import { countValues, formatBytes } from '../engine/estimate';
import { formatCount, formatCounted } from '../words/numbers';
import { listDtypes } from './describeCheckpoint';
import { estimateEmbedding } from '../embed/memory/memoryEstimate';
import { readNotReadyNote, sayNote } from './copy/notReadyNote';
import { assertChatWorks, openModel, type OpenModel } from './openModel';

type Inspection = DeeplyReadonly<ResultOf<typeof declaration>>;

/**
 * Describes a checkpoint and checks that it can be marked: reads every header and every weight.
 * @throws UserError as openModel and assertChatWorks.
 */
export async function inspect({ model: dir }: RequestOf<typeof declaration>): Promise<Inspection> {
  const model = await openModel(dir);
  const { checkpoint, loaded, tokenizer } = model;
  assertChatWorks(tokenizer);
  const { root, files } = await digestCheckpoint(checkpoint);
  const { config } = loaded;
  const notReady = await readNotReadyNote(checkpoint.dir);
  const facts = {
    family: checkpoint.config.modelType,
    parameters: countValues(loaded.parameters),
    dtypes: listDtypes(loaded),
    layers: config.layerCount,
    hiddenSize: config.hiddenSize,
    vocabulary: config.vocabularySize,
    maxLength: config.maxLength,
    chatTemplate: tokenizer.chat !== undefined,
    tokenizer: {
      vocabulary: tokenizer.vocabularySize,
      beginIds: tokenizer.beginIds,
      endIds: tokenizer.endIds,
    },
    digest: root,
    files,
    warnings: [...sayNote(checkpoint.dir, notReady), ...checkpoint.warnings],
    ...(notReady && { notReady }),
    supported: true as const,
    estimate: estimateEmbedding(
      loaded,
      defaultRecipe(loaded, { keyCount: usualKeyCount, chat: tokenizer.chat !== undefined }),
      usualKeyCount,
    ),
  };
  return { lines: describe(model, facts), ...facts };
}

function describe({ checkpoint }: OpenModel, facts: Omit<Inspection, 'lines'>): string[] {
  const storedBytes = facts.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const { weightBytes, trainedBytes, stateBytes, passBytes, totalBytes } = facts.estimate;
  const note = sayNote(checkpoint.dir, facts.notReady);
  return [
    ...note,
    `${checkpoint.dir} can be marked: every weight is a finite number, and config, weights and tokenizer agree.`,
    `Family: ${facts.family}, ${formatCount(facts.parameters)} parameters in ${facts.dtypes.join(' and ')}`,
    `Shape: ${formatCounted(facts.layers, 'layer')}, hidden size ${formatCount(facts.hiddenSize)}, vocabulary ${formatCount(facts.vocabulary)}, up to ${formatCounted(facts.maxLength, 'token')}`,
    `Tokenizer: ${formatCounted(facts.tokenizer.vocabulary, 'token')}; ${facts.chatTemplate ? 'chat template, so keys are questions' : 'no chat template, so keys are plain texts'}`,
    `Files: ${formatCount(facts.files.length)} covered by the digest, ${formatBytes(storedBytes)}`,
    `Digest: ${facts.digest}`,
    `Memory to embed with the defaults: about ${formatBytes(totalBytes)} (weights ${weightBytes === 0 ? 'in their file' : formatBytes(weightBytes)}, training ${formatBytes(trainedBytes)}, text ${formatBytes(stateBytes)}, one pass ${formatBytes(passBytes)}); a first estimate, from the sizes alone`,
    ...facts.warnings.slice(note.length),
  ];
}
