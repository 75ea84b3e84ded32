import { describeKnownRound } from '../../../beacon/announceRound';
import { phases } from '../../../contract/phases';
import { showStage } from '../showStage';
import type { KeyFilePublic } from '../../../fingerprint/keyFile/keyFile';
import type { KeySet } from '../../../fingerprint/keySet';
import { candidateRules } from '../../../fingerprint/drawing/drawRules';
import { verdictRules } from '../../../fingerprint/verdictRules';
import type { KeySetFigures } from '../../../contract/declarations/previewKeySet';
import type { KeyPreview, KeyRules, KeySetRow, KeysView, PreviewKey } from '../../../protocol/panel/keys';
import type { Problem, Stage, StepSummary } from '../../../protocol/panel/parts';
import type { KeyPlan } from '../../../protocol/panel/requests';
import { formatCount, formatCounted, formatOf } from '../../../words/numbers';
import { countOfHeader } from './counts';
import { sayKindCounts } from '../../../words/keyKinds';
import { formatDate } from '../../../words/dates';
import type { FoundKeySet } from '../../index/found';
import { sayWeakness } from '../../keySets/weakness';

/** What is known of the keys of the chosen model. */
export interface KeysKnowledge {
  readonly plan: KeyPlan;
  readonly sets: readonly FoundKeySet[];
  readonly chosen: string | null;
  /** Of the chosen model. */
  readonly model: { readonly name: string; readonly digest: string | undefined } | undefined;
  readonly drawing: Stage | null;
  readonly problem: Problem | null;
  /** The chosen set once it is opened; undefined while it is locked. */
  readonly opened: OpenedKeySet | undefined;
  /** Whether the page shows the step; no other page receives keys. */
  readonly isShown: boolean;
  /** Whether the passphrase of the chosen set is known, so that it opens without a question. */
  readonly isUnlocked: boolean;
}

export interface OpenedKeySet {
  readonly keySet: KeySet;
  /** Undefined until measured. */
  readonly figures: KeySetFigures | undefined;
  readonly isMeasuring: boolean;
  readonly isRevealed: boolean;
}

/** The most keys in a preview: a snapshot carries all of them. */
export const mostPreviewKeys = 256;

/** The rules for every key set that is made now. */
export const keyRules: KeyRules = {
  candidates: candidateRules.count,
  nucleus: candidateRules.threshold,
  alpha: verdictRules.alpha,
  tests: verdictRules.tests.length,
};

/** The step Keys of the panel. */
export function showKeys(known: KeysKnowledge): KeysView {
  const rows = known.sets.map((set) => showSet(set, known.model));
  const chosen = rows.find(({ path }) => path === known.chosen);
  return {
    plan: known.plan,
    rules: keyRules,
    sets: rows.sort(compareRows),
    chosen: chosen?.path ?? null,
    drawing: known.drawing,
    problem: known.problem,
    preview: chosen === undefined ? null : showPreview(chosen, known),
  };
}

const { phase: drawingKeys } = showStage({ phase: phases.drawingKeys });

/** The state of the step, for its tab. */
export function summariseKeys({ sets, chosen, drawing, problem }: KeysView): StepSummary {
  if (drawing) {
    const { phase, done, total } = drawing;
    const isCounted = phase === drawingKeys && done !== null && total !== null;
    return { state: 'running', words: isCounted ? `${formatOf(done, total)} drawn` : phase };
  }
  const set = sets.find(({ path }) => path === chosen);
  if (!set)
    return problem ? { state: 'failed', words: 'Not drawn' } : { state: 'open', words: 'None chosen' };
  if (!set.isDrawn) return { state: 'warning', words: 'Responses not drawn' };
  if (set.problem) return { state: 'failed', words: 'Cannot be read' };
  if (!set.fits) return { state: 'warning', words: 'Made for another model' };
  return { state: 'ready', words: `${set.count}, ${set.used.replace(' yet', '')}` };
}

/** Those of the chosen model first, then the newest. */
function compareRows(a: KeySetRow, b: KeySetRow): number {
  return Number(b.fits) - Number(a.fits) || (a.createdAt < b.createdAt ? 1 : -1);
}

function showSet({ path, name, header, problem }: FoundKeySet, model: KeysKnowledge['model']): KeySetRow {
  if (!header)
    return {
      path,
      name,
      model: '',
      fits: false,
      isDrawn: true,
      count: 0,
      answering: 0,
      unspent: 0,
      commitment: '',
      used: '',
      weakness: null,
      createdAt: '',
      problem: problem ?? { message: `${name} cannot be read.`, next: 'Use another copy of the file.' },
    };
  return {
    path,
    name,
    model: header.model,
    fits: fitsModel(header, model),
    isDrawn: header.draw?.from !== 'announced',
    count: header.keyCount,
    answering: countOfHeader(header),
    unspent: header.keyCount - header.spentCount,
    commitment: header.commitment,
    used: describeUse(header.releases.length),
    weakness: sayWeakness(header) ?? null,
    createdAt: header.createdAt,
    problem: problem ?? findUndrawn(header),
  };
}

/** What to do with a set whose responses are not drawn yet. */
function findUndrawn({ draw }: KeyFilePublic): Problem | null {
  if (draw?.from !== 'announced') return null;
  const known = describeKnownRound(draw);
  const time = known ? ` (${formatDate(known.time)})` : '';
  return {
    message: `Its responses are not drawn yet: round ${draw.round} of a public beacon${time} draws them.`,
    next: 'After that, right-click the key set in the sidebar and choose Draw Responses from a Public Beacon.',
  };
}

/** Whether a set was made for a model: by the digest once it is known, until then by the name. */
export function fitsModel(
  header: Pick<KeyFilePublic, 'model' | 'baseDigest'>,
  model: KeysKnowledge['model'],
): boolean {
  if (!model) return false;
  return model.digest === undefined ? header.model === model.name : header.baseDigest === model.digest;
}

/** Words that follow a number of keys: "64, in no release yet". */
function describeUse(releases: number): string {
  return releases === 0 ? 'in no release yet' : `in ${formatCounted(releases, 'release')}`;
}

function showPreview(row: KeySetRow, { opened, isShown, isUnlocked }: KeysKnowledge): KeyPreview {
  const isRevealed = opened?.isRevealed ?? false;
  return {
    isLocked: opened === undefined && !isUnlocked,
    isRevealed,
    sentence: opened ? describeSet(opened) : describeUnopened(row, isUnlocked),
    keys: opened && isShown ? showPreviewKeys(opened, isRevealed) : [],
    ordinary: opened?.figures?.ordinary ?? null,
  };
}

function describeUnopened({ count, createdAt }: KeySetRow, isUnlocked: boolean): string {
  const next = isUnlocked ? 'They are being opened.' : 'The passphrase opens them.';
  return `${formatCounted(count, 'key')}, made ${formatDate(createdAt)}. ${next}`;
}

function describeSet({ keySet, isMeasuring }: OpenedKeySet): string {
  const { keys, createdAt } = keySet;
  const made = `${formatCounted(keys.length, 'key')}, made ${formatDate(createdAt)}`;
  const shown = keys.length > mostPreviewKeys ? ` The first ${formatCount(mostPreviewKeys)} are shown.` : '';
  const measured = isMeasuring ? ' Measuring how likely the base finds them…' : '';
  const kinds = sayKindCounts(keys);
  return `${made}${kinds && ` (${kinds})`}; ${describeDraw(keySet)}.${shown}${measured}`;
}

function describeDraw({ strategy, draw, rules }: OpenedKeySet['keySet']): string {
  if (draw.from === 'seed' && strategy === 'imported') return 'imported, so no committed seed drew them';
  const beacon = draw.from === 'beacon' ? ' by a public beacon' : '';
  return `${strategy === 'imported' ? 'imported, ' : ''}each response drawn${beacon} from ${formatCount(rules.candidateCount)} candidates`;
}

function showPreviewKeys({ keySet, figures }: OpenedKeySet, isRevealed: boolean): PreviewKey[] {
  return keySet.keys.slice(0, mostPreviewKeys).map((key, index) => {
    const figure = figures?.keys[index];
    return {
      number: index + 1,
      text: key.text,
      kind: key.kind ?? null,
      candidates: key.candidateTexts.map((text) => text.trim()),
      odds: figure ? { candidates: figure.candidates, likelier: figure.likelier } : null,
      naturalness: figure?.perplexity ?? null,
      response: isRevealed ? key.response.text.trim() : null,
      inSentence: isRevealed ? (key.inSentence ?? null) : null,
      isSpent: key.spent,
    };
  });
}
