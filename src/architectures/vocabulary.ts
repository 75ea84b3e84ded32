import type { Value } from '../graph/graph';
import { add, linear, lookUpRows, reshape } from '../graph/operators';
import type { Architecture, ModelConfig } from './architecture';
import type { Pass } from './pass';

type Names = Architecture['tiedNames'];

/** The embeddings of ids [batch, length], [batch, length, hidden]. */
export function lookUp(pass: Pass, config: ModelConfig, ids: Value, [name]: Names): Value {
  return lookUpRows(pass.weight(name, matrixShape(config), 'embedding'), ids);
}

/** The same as [tokens, hidden]. */
export function embedTokens(pass: Pass, config: ModelConfig, ids: Value, names: Names): Value {
  return reshape(lookUp(pass, config, ids, names), ['tokens', config.hiddenSize]);
}

/**
 * Normed states [rows, hidden] times the output matrix (the embedding matrix where they are tied): logits
 * [rows, vocabulary].
 */
export function tokenLogits(
  pass: Pass,
  config: ModelConfig,
  normed: Value,
  [embedding, output]: Names,
): Value {
  const matrix = config.tied
    ? pass.weight(embedding, matrixShape(config), 'embedding')
    : pass.weight(output, matrixShape(config), 'head');
  const logits = linear(normed, matrix);
  const product = pass.lowRank(config.tied ? embedding : output);
  return product ? add(logits, linear(linear(normed, product.down), product.up)) : logits;
}

function matrixShape({ vocabularySize, hiddenSize }: ModelConfig): [number, number] {
  return [vocabularySize, hiddenSize];
}
