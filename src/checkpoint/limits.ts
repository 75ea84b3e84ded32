import { mostJsonDepth, type JsonLimits } from '../common/jsonSize';

/*
 * The most that a checkpoint may ask for: whoever made the folder chose every number in it. Each bound lies far above
 * every published model of the supported families, and below what takes seconds or hundreds of megabytes to answer.
 * A number that only has to equal the size of a stored tensor is bounded by that tensor.
 */

// Numbers of config.json.

/** Llama 3.1 405B has 126; models that were merged with themselves have a few hundred. Each layer is written into a graph. */
export const mostLayers = 2_000;
/** Gemma has 256. Each rotary table holds half as many frequencies. */
export const mostHeadSize = 4_096;
/** Llama 3.1 405B has 128. No list is made of heads. */
export const mostHeads = 100_000;
/** Llama 3.1 405B has 16,384. */
export const mostHiddenSize = 1_000_000;
/** Of an MLP. Llama 3.1 405B has 53,248. */
export const mostInnerSize = 10_000_000;
/** Gemma 3 has 262,208. Ids of tokens obey the same bound. */
export const mostVocabulary = 10_000_000;
/** Some configs promise ten million. No table is made for more tokens than a text has. */
export const mostPositions = 1_000_000_000;
/** Of a layer. Qwen 3 has 128 and its successor 512; each becomes an MLP in the graph. */
export const mostExperts = 4_096;
/** Of all layers. Qwen 3 235B has 94 layers of 128, which is 12,032; four times that is listed in about two seconds. */
export const mostExpertsInAll = 60_000;

// The files.

/** Configs of quantised models name each of their modules; the others are a few kilobytes. */
export const mostConfigBytes = 10_000_000;
/** One that names 30,000 modules that are not quantised has a tenth of it. */
export const configJson: JsonLimits = { depth: mostJsonDepth, values: 400_000, members: 100_000 };
/** Gemma 3 has 34 MB with 1.9 million values: 262,145 tokens and 514,906 merges of two. */
export const mostTokenizerBytes = 64_000_000;
/** That of Gemma 3 repeats its 6,415 added tokens. */
export const mostTokenizerConfigBytes = 20_000_000;
/** Gemma 3 has 6,415. Each is searched for in every text. */
export const mostAddedTokens = 100_000;
/** Of any JSON of a checkpoint. */
export const mostJson: JsonLimits = { depth: mostJsonDepth, values: 4_000_000, members: 500_000 };
/** An index or the headers of all shards take about 110 bytes for each tensor. */
export const mostIndexBytes = 40_000_000;
export const mostHeaderBytes = 40_000_000;
/** In all shards. Qwen 3 235B has about 37,000, with each matrix of each expert by itself. */
export const mostTensors = 200_000;
/** Of a header or an index that describes as many: a matrix takes eight values, and there is a little metadata. */
export const headerJson: JsonLimits = { depth: mostJsonDepth, values: 2_000_000, members: 250_000 };
/** Large models come in two hundred. */
export const mostShards = 2_000;
/** Files and folders under a checkpoint's folder. Repositories of models hold tens, with their logs thousands. */
export const mostFolderEntries = 100_000;
/** Levels of folders under it. */
export const mostFolderDepth = 32;
