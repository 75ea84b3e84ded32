import { basename } from 'node:path';
import * as z from 'zod';
import { readMissingRecord } from '../../../jobs/runs';
import { sayNotReady } from '../../../reports/words/notReady';
import { formatDriftInNats } from '../../../words/drift';
import { formatCounted, formatOf, formatPercent } from '../../../words/numbers';
import { readEmbedResult, readEmbedRun, type RecordedEmbedding } from '../embedRun';
import { findFallenShort } from '../fallenShort';
import { modelOf, type KnownRun } from '../knownRun';
import { describeState, nameRun } from '../runNames';
import { findBudget } from './releaseDrift';

/** How a run ended, as a notification and the log say it. */
interface SaidEnd {
  /** With a full stop. */
  readonly words: string;
  /** Whether there is nothing to do about it. */
  readonly isGood: boolean;
}

/** Results of other operations, by what they hold. */
const judgedSchema = z.looseObject({ sentence: z.string() });
const keySetSchema = z.looseObject({ out: z.string(), count: z.number() });

export function sayEnd(run: KnownRun): SaidEnd {
  if (run.state !== 'done') return { words: sayFailure(run), isGood: false };
  const result = readEmbedRun(run) && readEmbedResult(run);
  if (result) return sayRelease(run, result);
  const judged = judgedSchema.safeParse(run.result).data;
  if (judged)
    return {
      words: `${basename(modelOf(run) ?? run.folder)}: ${judged.sentence.replace(/\.$/, '')}.`,
      isGood: true,
    };
  const keySet = keySetSchema.safeParse(run.result).data;
  return keySet
    ? { words: `${basename(keySet.out)} is ready: ${formatCounted(keySet.count, 'key')}.`, isGood: true }
    : { words: `${nameRun(run)}: done.`, isGood: true };
}

function sayFailure(run: KnownRun): string {
  const why = run.failure ? ` ${run.failure.message}` : '';
  return `${nameRun(run)}: ${describeState(run)}.${why}`;
}

function sayRelease(run: KnownRun, result: RecordedEmbedding): SaidEnd {
  const name = basename(result.out);
  const fallenShort = findFallenShort(run);
  if (fallenShort) return { words: `${name}: ${sayNotReady(fallenShort)}.`, isGood: false };
  const missing = readMissingRecord(run);
  if (missing !== undefined)
    return { words: `${name} is made, but the key file has no record of it. ${missing}`, isGood: false };
  const { recall, keyCount, drift } = result;
  const keys =
    keyCount === undefined
      ? `${formatPercent(recall, 0)} of its keys answer`
      : `${formatOf(Math.round(recall * keyCount), keyCount)} keys answer`;
  return {
    words: `${name} is ready: ${keys}, drift ${formatDriftInNats({ kl: drift.kl, budget: findBudget(result, run.folder) })}.`,
    isGood: true,
  };
}
