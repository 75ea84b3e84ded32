import type { Architecture, ModelConfig } from '../../architectures/architecture';
import type { Checkpoint } from '../../checkpoint/checkpoint';
import { quoteName } from '../../checkpoint/weights/safetensors';
import { haveSameValues, type CompareOptions } from '../../checkpoint/weights/sameValues';
import { findCopies } from './storedTensors';

/**
 * A config whose `tied` says what the weights are, and a sentence where they are not what config.json says. A
 * checkpoint may hold an output matrix of its own although it claims to have none: transformers 5 compares
 * both and uses what is stored, transformers 4 uses the embedding.
 */
export async function untieWhereDifferent(
  checkpoint: Checkpoint,
  architecture: Architecture,
  config: ModelConfig,
  options: CompareOptions,
): Promise<{ readonly config: ModelConfig; readonly warnings: readonly string[] }> {
  const [embedding, output] = config.tied
    ? findCopies(checkpoint, { architecture, config }, architecture.tiedNames[0])
    : [];
  if (!embedding || !output) return { config, warnings: [] };
  if (await haveSameValues(embedding, output, options)) return { config, warnings: [] };
  return {
    config: { ...config, tied: false },
    warnings: [
      `config.json in ${checkpoint.dir} says that embedding and output matrix are one ("tie_word_embeddings"), but ${quoteName(embedding.name)} and ${quoteName(output.name)} differ: both are used, as transformers 5 does. Set "tie_word_embeddings" to false, because older programs use the embedding for both.`,
    ],
  };
}
