import { phases, type Phase } from '../../contract/phases';
import { throwIfCancelled, UserError } from '../../common/errors';
import type { Watch } from '../../contract/events';
import type { RandomStream } from '../../common/random';
import type { LanguageModel } from '../../engine/languageModel';
import type { KeyDraft, KeyForm, Rejection, SampledDraft } from '../keyForm';
import { NearDuplicates } from '../text/nearDuplicates';
import type { ReportShare } from './preparedKeys';
import { findCentralRange, measureSurprise, type OrdinaryRange } from './ordinaryText';

const keyTemperature = 0.8;
const ordinaryTemperature = 1;
/** Texts that define what is ordinary: the third from either end bounds the central 95 %. */
const ordinaryCount = 96;

/** Texts that are drawn at once: as many as are probably needed, within these limits. */
const fewestAtOnce = 16;
const mostAtOnce = 1024;
/** Drafts that are prepared at once. */
const batchSize = 64;

/** The part of the time for a drawn text that goes into writing it. */
const shareOfWriting = 0.85;
/**
 * The share of the probably usable texts that progress counts while they are being written: a reported text
 * has to arrive.
 */
const promisedShare = 0.7;

/** Draws before giving up: a model with fewer than one usable key in twenty tries is too slow. */
const freeDraws = 2000;
const drawsPerKey = 20;

/** State shared by the drawing of keys and of neutral prompts. */
export interface Source {
  readonly model: LanguageModel;
  readonly form: KeyForm;
  /** The most tokens in a key, without its response. */
  readonly maxKeyLength: number;
  /** Everything drawn so far: neutral prompts avoid keys too. */
  readonly taken: NearDuplicates;
  /** The usable share so far, with which the next draws start. */
  readonly acceptance: Acceptance;
  readonly watch: Watch;
  /** The same without reports: single passes of the model are not reported. */
  readonly quiet: Watch;
}

/**
 * Prepares drafts for use; undefined for an unusable draft. Must not depend on any secret draw. Calls
 * `reportShare` now and then with the share of the work that is done, 0 to 1.
 */
export type Prepare<T> = (
  drafts: readonly KeyDraft[],
  reportShare: ReportShare,
) => Promise<(T | undefined)[]>;

/** A source from which nothing has been drawn. */
export function createSource(
  model: LanguageModel,
  form: KeyForm,
  maxKeyLength: number,
  watch: Watch,
): Source {
  const quiet = { ...(watch.signal && { signal: watch.signal }), report: () => undefined };
  return {
    model,
    form,
    maxKeyLength,
    taken: new NearDuplicates(),
    acceptance: new Acceptance(),
    watch,
    quiet,
  };
}

/**
 * Measures the perplexity of ordinary text: what the model itself writes at temperature 1, in the form of a
 * key.
 * @throws UserError `too-few-keys` when it hardly ever writes text of that form.
 */
export async function measureOrdinaryRange(source: Source, random: RandomStream): Promise<OrdinaryRange> {
  const rejections = new RejectionCounts();
  const tally = new Tally(source.watch, source.acceptance, phases.measuringOrdinaryText, ordinaryCount);
  const drafts: SampledDraft[] = [];
  while (tally.draws < limitDraws(ordinaryCount) && drafts.length < ordinaryCount) {
    const settings = { temperature: ordinaryTemperature, count: tally.countNext() };
    drafts.push(
      ...(await sampleDrafts(source, random, settings, rejections, (share) => tally.promise(share))),
    );
    tally.count(settings.count, drafts.length);
  }
  if (drafts.length < ordinaryCount)
    throw tooFewKeys('ordinary texts', drafts.length, ordinaryCount, rejections);
  const counted = drafts.slice(0, ordinaryCount);
  return findCentralRange(await measureSurprise(source.model, counted, source.quiet));
}

/**
 * Draws texts from the model until `count` of them have been prepared.
 * @throws UserError `too-few-keys` when the model does not give enough after a bounded number of draws.
 */
export async function drawFromModel<T>(
  source: Source,
  random: RandomStream,
  range: OrdinaryRange,
  needed: { readonly count: number; readonly name: string; readonly phase: Phase },
  prepare: Prepare<T>,
): Promise<T[]> {
  const rejections = new RejectionCounts();
  const tally = new Tally(source.watch, source.acceptance, needed.phase, needed.count);
  const kept: T[] = [];
  while (tally.draws < limitDraws(needed.count) && kept.length < needed.count) {
    const settings = { temperature: keyTemperature, count: tally.countNext() };
    const drafts = await sampleDrafts(source, random, settings, rejections, (share) =>
      tally.promise(shareOfWriting * share),
    );
    const ordinary = await selectOrdinary(source, drafts, range, rejections);
    const prepared = await prepareNew(source, ordinary, rejections, prepare, (share) =>
      tally.promise(shareOfWriting + (1 - shareOfWriting) * share),
    );
    kept.push(...prepared);
    tally.count(settings.count, kept.length);
  }
  if (kept.length < needed.count) throw tooFewKeys(needed.name, kept.length, needed.count, rejections);
  return kept.slice(0, needed.count);
}

/**
 * Takes keys from the creator's own prompts, in secret order. Leaves out blank lines, near-repetitions and
 * prompts that cannot be keys.
 * @throws UserError `empty-text` when there are no prompts at all, `too-few-keys` when too few are usable.
 */
export async function takeFromPrompts<T>(
  source: Source,
  random: RandomStream,
  prompts: readonly string[],
  count: number,
  prepare: Prepare<T>,
): Promise<T[]> {
  const texts = prompts.map((prompt) => prompt.trim()).filter((prompt) => prompt !== '');
  if (texts.length === 0) throw noPrompts();
  const rejections = new RejectionCounts();
  const drafts = random
    .shuffle([...new Set(texts)])
    .map((text) => checkLength(source, source.form.parsePrompt(text)))
    .filter((draft) => rejections.passes(draft));
  const tally = new Tally(source.watch, new Acceptance(), phases.drawingKeys, count);
  const kept: T[] = [];
  for (let start = 0; start < drafts.length && kept.length < count; start += batchSize) {
    throwIfCancelled(source.watch.signal);
    const batch = drafts.slice(start, start + batchSize);
    const reportShare = (share: number): void => tally.promise(share, batch.length);
    kept.push(...(await prepareNew(source, batch, rejections, prepare, reportShare)));
    tally.count(batch.length, kept.length);
  }
  if (kept.length < count) throw tooFewPrompts(texts.length, kept.length, count, rejections);
  return kept.slice(0, count);
}

async function sampleDrafts(
  source: Source,
  random: RandomStream,
  settings: { readonly temperature: number; readonly count: number },
  rejections: RejectionCounts,
  onStep: ReportShare,
): Promise<SampledDraft[]> {
  throwIfCancelled(source.watch.signal);
  const { prompt, maxTokens, stopIds, isLost } = source.form;
  const samples = await source.model.sample(
    { prompt, maxTokens, stopIds, random, isLost, onStep, ...settings },
    source.quiet,
  );
  return samples
    .map((sample) => checkLength(source, source.form.parseSample(sample)))
    .filter((draft) => rejections.passes(draft));
}

async function selectOrdinary(
  source: Source,
  drafts: readonly SampledDraft[],
  range: OrdinaryRange,
  rejections: RejectionCounts,
): Promise<SampledDraft[]> {
  const surprise = await measureSurprise(source.model, drafts, source.quiet);
  const isOrdinary = (value: number) => value >= range.low && value <= range.high;
  return drafts.filter((_, index) =>
    rejections.unless(isOrdinary(surprise[index]!), 'outside the perplexity of ordinary text'),
  );
}

async function prepareNew<T>(
  source: Source,
  drafts: readonly KeyDraft[],
  rejections: RejectionCounts,
  prepare: Prepare<T>,
  reportShare: ReportShare,
): Promise<T[]> {
  const fresh = drafts.filter((draft) =>
    rejections.unless(source.taken.addIfNew(draft.text), 'too similar to another'),
  );
  if (fresh.length === 0) return [];
  const prepared = await prepare(fresh, reportShare);
  return prepared.filter((item): item is T =>
    rejections.unless(item !== undefined, 'with too few eligible candidates'),
  );
}

function checkLength<Draft extends KeyDraft>(source: Source, draft: Draft | Rejection): Draft | Rejection {
  return typeof draft !== 'string' && draft.ids.length > source.maxKeyLength ? 'of the wrong length' : draft;
}

/** How many texts were rejected for which reason, for the message of a failure. */
class RejectionCounts {
  private readonly counts = new Map<Rejection, number>();

  passes<Draft extends KeyDraft>(draft: Draft | Rejection): draft is Draft {
    return typeof draft !== 'string' || this.unless(false, draft);
  }

  unless(isGood: boolean, rejection: Rejection): boolean {
    if (!isGood) this.counts.set(rejection, (this.counts.get(rejection) ?? 0) + 1);
    return isGood;
  }

  describe(): string {
    return [...this.counts]
      .sort((left, right) => right[1] - left[1])
      .map(([rejection, count]) => `${count} ${rejection}`)
      .join(', ');
  }
}

function limitDraws(count: number): number {
  return freeDraws + drawsPerKey * count;
}

/** The share of a model's texts that is usable. */
class Acceptance {
  // A half, before anything is known.
  private drawn = 2 * fewestAtOnce;
  private found = fewestAtOnce;

  get share(): number {
    return this.found / this.drawn;
  }

  add(drawn: number, found: number): void {
    this.drawn += drawn;
    this.found += found;
  }

  /** The number of texts that suffices five times in six: one standard deviation more than the mean. */
  countDraws(needed: number): number {
    return Math.ceil((needed + Math.sqrt(needed * (1 - this.share))) / this.share);
  }
}

/** How many texts were drawn and how many are usable: for progress, and for how many to draw next. */
class Tally {
  draws = 0;
  private found = 0;
  private reported = 0;

  constructor(
    private readonly watch: Watch,
    private readonly acceptance: Acceptance,
    private readonly phase: Phase,
    private readonly total: number,
  ) {}

  /** How many texts to draw next. A separate batch for the last few would cost almost as much as a large one. */
  countNext(): number {
    const draws = this.acceptance.countDraws(this.total - this.found);
    return Math.max(fewestAtOnce, Math.min(mostAtOnce, draws));
  }

  /** Progress within a batch, of which this share is done, 0 to 1. */
  promise(share: number, batch = this.countNext()): void {
    this.report(Math.floor(this.found + promisedShare * share * this.acceptance.share * batch), false);
  }

  /** Progress after a whole batch: how many were drawn in it, and how many were found in all. */
  count(drawn: number, found: number): void {
    this.acceptance.add(drawn, found - this.found);
    this.draws += drawn;
    this.found = found;
    this.report(found, true);
  }

  private report(done: number, always: boolean): void {
    const next = Math.min(this.total, Math.max(done, this.reported));
    if (next === this.reported && !always) return;
    this.reported = next;
    this.watch.report({ type: 'phase', phase: this.phase, done: next, total: this.total });
  }
}

function tooFewKeys(name: string, found: number, needed: number, rejections: RejectionCounts): UserError {
  return new UserError(
    'too-few-keys',
    `The model gave only ${found} of ${needed} ${name} in ${limitDraws(needed)} draws; rejected: ${rejections.describe()}.`,
    'Ask for fewer keys, or give your own prompts, one per line.',
  );
}

function tooFewPrompts(given: number, found: number, needed: number, rejections: RejectionCounts): UserError {
  const why = rejections.describe();
  return new UserError(
    'too-few-keys',
    `Only ${found} different prompts of ${given} can be keys, but ${needed} are needed${why && `; rejected: ${why}`}.`,
    'Add more prompts, one per line, or ask for fewer keys.',
  );
}

function noPrompts(): UserError {
  return new UserError(
    'empty-text',
    'The prompts file is empty.',
    'Write one prompt per line, or leave the file out to draw keys from the model.',
  );
}
