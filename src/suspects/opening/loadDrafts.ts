import { isDeepStrictEqual } from 'node:util';
import { Cancelled, UserError } from '../../common/errors';
import { isFloatDtype } from '../../checkpoint/weights/dtypes';
import type { TensorDtype } from '../../checkpoint/weights/safetensors';
import { loadModel, type LoadedModel } from '../../engine/loadedModel';
import type { Draft } from './draft';

/** Why a draft is no model: which part of it, and a sentence. */
export interface Misfit {
  readonly part: 'config.json' | 'weights';
  readonly why: string;
}

/** A draft that fits its family's formula. */
export interface LoadedDraft {
  readonly draft: Draft;
  readonly loaded: LoadedModel;
}

/**
 * The drafts whose models compute different numbers on texts of at most `longest` tokens, in their order. One
 * that fits no formula is left out; `misfit` says why the first does not.
 */
export function loadDrafts(
  drafts: readonly Draft[],
  longest: number,
  dir: string,
): { readonly kept: LoadedDraft[]; readonly misfit: Misfit | undefined } {
  const kept: LoadedDraft[] = [];
  let misfit: Misfit | undefined;
  for (const draft of drafts) {
    const loaded = tryToLoad(draft, longest, dir);
    if ('why' in loaded) misfit ??= loaded;
    else if (!kept.some((known) => isSame(known.loaded, loaded, longest))) kept.push({ draft, loaded });
  }
  return { kept, misfit };
}

/** The model of a draft, or why it is none. */
function tryToLoad({ modelType, raw, tensors }: Draft, longest: number, dir: string): LoadedModel | Misfit {
  try {
    const config = { modelType, raw };
    const loaded = loadModel({ dir, config, tensors, weightFiles: [], warnings: [] }, isComputable);
    return reach(loaded, raw, longest);
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    // A config that nobody checked can make a formula fail in any way.
    const why =
      error instanceof UserError ? error.message : 'Its config.json has values that no formula accepts.';
    const isOfWeights = error instanceof UserError && error.reason === 'unsupported-dtype';
    return { part: isOfWeights ? 'weights' : 'config.json', why };
  }
}

/** Double precision is not trained or written here, but a suspect in it can be asked. */
function isComputable(dtype: TensorDtype): boolean {
  return isFloatDtype(dtype) || dtype === 'F64';
}

/**
 * Rotary positions can be computed at any length, and the programs that run a model do not stop at
 * `max_position_embeddings`. Learned positions end with their table; a scaling that follows the length is
 * left as it is.
 */
function reach(loaded: LoadedModel, raw: Draft['raw'], longest: number): LoadedModel {
  const { config } = loaded;
  const isRotary = Object.keys(config.rotaryTables).length > 0;
  if (!isRotary || config.maxLength >= longest || followsLength(raw)) return loaded;
  return { ...loaded, config: { ...config, maxLength: longest } };
}

function followsLength(raw: Draft['raw']): boolean {
  return [raw.rope_scaling, raw.rope_parameters].some((record) =>
    /"(?:rope_)?type":"dynamic"/.test(JSON.stringify(record ?? null)),
  );
}

/** Whether two models compute the same numbers from the same bytes, as far as their configs and files show. */
function isSame(left: LoadedModel, right: LoadedModel, longest: number): boolean {
  return (
    isComputedAlike(left, right, longest) &&
    left.parameters.every(({ name }) => {
      const [a, b] = [left.tensors.get(name)!, right.tensors.get(name)!];
      return a.path === b.path && a.offset === b.offset && a.dtype === b.dtype;
    })
  );
}

/** The config without what no text of that length shows: a window that reaches farther is none. */
function describe({ config }: LoadedModel, longest: number): unknown {
  const sizeOf = (window: string): number | undefined => {
    const size = config.windows[window];
    return size !== undefined && size < longest ? size : undefined;
  };
  const views = 'views' in config && Array.isArray(config.views) ? (config.views as unknown[]) : [];
  return {
    ...config,
    maxLength: 0,
    windows: views.length > 0 ? undefined : Object.keys(config.windows).map(sizeOf),
    views: views.map((view) => {
      const { window, ...rest } = view as { readonly window: string };
      return { ...rest, window: sizeOf(window) };
    }),
  };
}

/** Whether two loaded models are computed by the same formula with the same values. */
export function isComputedAlike(left: LoadedModel, right: LoadedModel, longest: number): boolean {
  return (
    left.architecture === right.architecture &&
    isDeepStrictEqual(describe(left, longest), describe(right, longest))
  );
}
