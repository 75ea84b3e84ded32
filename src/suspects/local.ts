import type { Tokenizer } from '../checkpoint/tokenizer/tokenizer';
import type { LoadedModel } from '../engine/loadedModel';
import { withLanguageModel } from '../engine/openLanguageModel';
import type { Placement } from '../contract/devices';
import type { AskedKey } from '../verify/askedKey';
import type { Base, Suspect } from '../verify/suspect';
import { probeModel } from './probeModel';
import { sharesTokenizer } from './sharedTokenizer';
import { askByText } from './textAnswers';

/**
 * A model in a folder, and where it runs. It is in memory only while it is asked, so that models are loaded
 * one at a time.
 */
interface LocalModel {
  readonly loaded: LoadedModel;
  readonly tokenizer: Tokenizer;
  readonly placement: Placement;
}

/** The suspect in a folder: asked token by token where it reads the keys as the marked model does, otherwise by text. */
export function localSuspect(model: LocalModel, keys: readonly AskedKey[]): Suspect {
  const { loaded, tokenizer } = model;
  return sharesTokenizer(keys, tokenizer, loaded.config.vocabularySize)
    ? askedByTokens(model)
    : askedByText(model);
}

/** The base in a folder. It has the keys' own tokenizer. */
export function localBase({ loaded, placement }: LocalModel): Base {
  return {
    maxLength: loaded.config.maxLength,
    ask: ({ keys, neutralPrompts }, watch) =>
      withLanguageModel(loaded, placement, (model) =>
        probeModel(model, keys, neutralPrompts, { keepHidden: true }, watch),
      ),
  };
}

function askedByTokens({ loaded, placement }: LocalModel): Suspect {
  return {
    shows: 'logits',
    maxLength: loaded.config.maxLength,
    limits: [],
    ask: ({ keys, neutralPrompts }, watch) =>
      withLanguageModel(loaded, placement, (model) =>
        probeModel(model, keys, neutralPrompts, { keepHidden: false }, watch),
      ),
  };
}

function askedByText({ loaded, tokenizer, placement }: LocalModel): Suspect {
  return {
    shows: 'text',
    maxLength: loaded.config.maxLength,
    limits: [
      'The suspect has a different tokenizer: it was asked by text, and only its answers could be tested.',
    ],
    ask: async ({ keys, keysAreQuestions }, watch) => {
      const answers = await withLanguageModel(loaded, placement, (model) =>
        askByText(model, tokenizer, keys, { keysAreQuestions }, watch),
      );
      return {
        keys: answers.map((answered) => (answered === undefined ? undefined : { answered })),
        neutral: undefined,
      };
    },
  };
}
