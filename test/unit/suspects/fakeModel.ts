import type { LanguageModel } from '../../../src/engine/languageModel';

/** A model whose logits and hidden state after a prefix are whatever the test says. */
export function fakeModel(options: {
  vocabularySize: number;
  logitsOf: (prefix: readonly number[]) => readonly number[];
  hiddenOf?: (prefix: readonly number[]) => readonly number[];
  maxLength?: number;
}): LanguageModel {
  const hiddenOf = options.hiddenOf ?? (() => [1, 0]);
  return {
    vocabularySize: options.vocabularySize,
    hiddenSize: 2,
    maxLength: options.maxLength ?? 64,
    visitRows(sequences, visit) {
      // Longest first, and through one shared buffer, as the engine may do.
      const logits = new Float32Array(options.vocabularySize);
      const order = sequences
        .map((_, i) => i)
        .sort((a, b) => sequences[b]!.ids.length - sequences[a]!.ids.length);
      for (const sequence of order)
        for (const position of sequences[sequence]!.positions) {
          const prefix = sequences[sequence]!.ids.slice(0, position + 1);
          logits.set(options.logitsOf(prefix));
          visit({ sequence, position, logits, hidden: Float32Array.from(hiddenOf(prefix)) });
        }
      return Promise.resolve();
    },
    sample: () => Promise.reject(new Error('not asked')),
    continueGreedily(prompts, maxTokens, stopIds) {
      return Promise.resolve(
        prompts.map((prompt) => {
          const ids: number[] = [];
          while (ids.length < maxTokens) {
            const logits = options.logitsOf([...prompt, ...ids]);
            const next = logits.indexOf(Math.max(...logits));
            if (stopIds.includes(next)) break;
            ids.push(next);
          }
          return ids;
        }),
      );
    },
    close: () => Promise.resolve(),
  };
}
