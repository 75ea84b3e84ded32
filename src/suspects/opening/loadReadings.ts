import { listFittingFamilies } from '../../engine/fittingFamilies';
import type { LoadedModel } from '../../engine/loadedModel';
import { listConfigAlternatives, readInnerConfig } from './configReadings';
import type { Draft } from './draft';
import { fitToTensors } from './fitToTensors';
import { isComputedAlike, loadDrafts, type LoadedDraft, type Misfit } from './loadDrafts';
import type { LooseConfig } from './looseConfig';
import type { LooseTensors } from './looseTensors';
import { readTiedMatrices } from './tiedReadings';

export interface Asked {
  /** The unmarked model, where it is at hand: its config is a further way to read the suspect's tensors. */
  readonly base: LoadedModel | undefined;
  /** The longest text that will be asked, in tokens. */
  readonly longest: number;
}

/** A suspect's model in one way to read its folder. */
export interface SuspectReading {
  readonly loaded: LoadedModel;
  /** In which points it departs from the first way, as parts of a sentence. */
  readonly conflicts: readonly string[];
}

export interface FoundReadings {
  readonly readings: readonly SuspectReading[];
  /** Whether there are more ways than are asked. */
  readonly isCut: boolean;
  /** Sentences: what was not believed. */
  readonly notes: readonly string[];
  /** Why the usual way to read it does not fit. */
  readonly misfit: Misfit | undefined;
}

/** Every reading takes its time, and the smallest p-value is multiplied by the number of their tests. */
const mostReadings = 8;
/** More than this many ways are not told apart: somebody made them up. */
const mostDrafts = 64;

/**
 * Every way to read a suspect's config and tensors: its own, the usual one first; the base's config after
 * them; other families that its tensors fit only where neither does.
 * @throws UserError where the weights cannot be read; Cancelled.
 */
export async function loadReadings(
  dir: string,
  config: LooseConfig,
  read: readonly LooseTensors[],
  { base, longest }: Asked,
): Promise<FoundReadings> {
  const notes = new Set<string>();
  const starts = read
    .flatMap((loose, choice) => startDrafts(config, loose, choice))
    .flatMap((draft) => readInnerConfig(draft))
    .map((draft) => fitToTensors(draft, notes));
  const load = (drafts: readonly Draft[]) => loadDrafts(drafts, longest, dir);
  const own = await combine(starts, load, base !== undefined);
  const byBase = base ? load(starts.map((draft) => asBase(draft, base))).kept : [];
  const others = byBase.filter(
    ({ loaded }) => !own.kept.some((known) => isComputedAlike(known.loaded, loaded, longest)),
  );
  const found = (kept: readonly LoadedDraft[], isCut = false): FoundReadings => ({
    readings: kept.map(({ draft, loaded }) => ({ loaded, conflicts: draft.conflicts })),
    isCut,
    notes: [...notes],
    misfit: own.misfit,
  });
  const [first] = own.kept;
  if (first) {
    noteLength(first, longest, notes);
    const kept = own.kept.slice(0, mostReadings - others.length);
    return found([...kept, ...others], own.isCut || kept.length < own.kept.length);
  }
  if (others.length > 0) {
    notes.add(
      `config.json cannot be used (${sayWhy(config, own.misfit)}), so the suspect was asked with the config of the base.`,
    );
    return found(others.map(({ draft, loaded }) => ({ loaded, draft: { ...draft, conflicts: [] } })));
  }
  const byFamily = load(starts.flatMap((draft) => asFamilies(draft, dir))).kept;
  if (byFamily.length > 0)
    notes.add(
      `config.json names a family that cannot be used (${sayWhy(config, own.misfit)}), so the suspect was asked by every formula that its tensors fit.`,
    );
  return found(byFamily.slice(0, mostReadings), byFamily.length > mostReadings);
}

function noteLength({ loaded }: LoadedDraft, longest: number, notes: Set<string>): void {
  const stated = loaded.checkpoint.config.raw.max_position_embeddings;
  if (typeof stated === 'number' && stated < longest && loaded.config.maxLength >= longest)
    notes.add(
      `config.json names ${stated} positions (max_position_embeddings). The model computes more, and was asked the keys in full.`,
    );
}

function sayWhy(config: LooseConfig, misfit: Misfit | undefined): string {
  return (config.problem ?? misfit?.why ?? 'nothing fits it').replace(/\.$/, '');
}

/** A draft of one choice of weight files, and another where tensors are in two of them. */
function startDrafts(
  { modelType, raw }: LooseConfig,
  { tensors, copies }: LooseTensors,
  choice: number,
): Draft[] {
  if (tensors.size === 0) return [];
  const conflicts = choice === 0 ? [] : ['the weights (model.safetensors, and an index with other files)'];
  const draft = { modelType, raw, tensors, conflicts };
  if (copies.size === 0) return [draft];
  const other = { ...draft, tensors: new Map([...tensors, ...copies]) };
  return [draft, { ...other, conflicts: [...conflicts, 'tensors that are in two weight files'] }];
}

/**
 * Every combination of what can be read in two ways, what is usual first. After each point only those are
 * kept that compute something else, so that points which change nothing cost nothing.
 */
async function combine(
  starts: readonly Draft[],
  load: (drafts: readonly Draft[]) => ReturnType<typeof loadDrafts>,
  hasBase: boolean,
): Promise<ReturnType<typeof loadDrafts> & { readonly isCut: boolean }> {
  let drafts: Draft[] = [];
  for (const draft of starts) drafts.push(...(await readTiedMatrices(draft)));
  const { misfit } = load(drafts);
  let isCut = false;
  for (const alternatives of listConfigAlternatives(hasBase)) {
    const all = drafts.flatMap((draft) => alternatives(draft));
    const { kept } = load(all);
    const left = kept.length > 0 ? kept.map(({ draft }) => draft) : all;
    isCut ||= left.length > mostDrafts;
    drafts = left.slice(0, mostDrafts);
  }
  return { kept: load(drafts).kept, misfit, isCut };
}

function asBase(draft: Draft, { checkpoint }: LoadedModel): Draft {
  const { modelType, raw } = checkpoint.config;
  const { tensors } = draft;
  const conflicts = [...draft.conflicts, 'its config and that of the base'];
  return fitToTensors({ modelType, raw, tensors, conflicts }, new Set());
}

function asFamilies(draft: Draft, dir: string): Draft[] {
  const { raw, tensors } = draft;
  const checkpoint = { dir, config: { modelType: '', raw }, tensors, weightFiles: [], warnings: [] };
  return listFittingFamilies(checkpoint).map((modelType) => ({
    ...draft,
    modelType,
    conflicts: [...draft.conflicts, `the family (${modelType})`],
  }));
}
