import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestCheckpoint } from '../../checkpoint/identity';
import type { Watch } from '../../contract/events';
import type { Loot, TokenAttack } from '../../rehearse/attack';
import type { RehearsalRow } from '../../rehearse/rehearsalReport';
import { findKinship } from '../../suspects/kinship/findKinship';
import { openSuspect } from '../../suspects/opening/openSuspect';
import { judgeReadings } from '../../verify/askReadings';
import type { OpenModel } from '../openModel';
import { askOpened, longestQuestion } from '../suspect/askOpened';
import type { RehearsalQuestion } from './askCopy';
import { showJudgement } from './showJudgement';

interface Renumbered {
  readonly base: OpenModel;
  readonly loot: Loot;
  readonly attack: TokenAttack;
  readonly question: RehearsalQuestion;
  /** The run's own folder, in which the attacked copy is for as long as it is used. */
  readonly folder: string;
}

/**
 * Asks a copy with other token numbers as verify asks any stranger's folder, in every way that it can be read. Its loss
 * is that of the copy by construction and is not measured.
 * @throws UserError as openSuspect, askOpened and the attack; Cancelled.
 */
export async function askRenumbered(
  { base, loot, attack, question, folder }: Renumbered,
  watch: Watch,
): Promise<Omit<RehearsalRow, 'attack'>> {
  const { keySet, questions, claim, placement } = question;
  const out = join(folder, 'attacked');
  const remove = (): Promise<void> => rm(out, { recursive: true, force: true });
  await remove();
  try {
    await attack.write(loot, out, watch);
    const suspect = await openSuspect(out, { base: base.loaded, longest: longestQuestion(questions) });
    const { root: digest } = await digestCheckpoint(suspect.files, watch.signal, { leavesStrange: true });
    const models = { base: base.loaded, copy: undefined };
    const kinship = await findKinship(suspect, digest, keySet, models, watch.signal);
    const rules = keySet.verdict;
    const { asked } = await askOpened({ suspect, base, questions, rules, placement, kinship }, watch);
    return {
      ...showJudgement(judgeReadings(asked, claim).judgement),
      ...{ kl: null, agreement: null, lossRise: null, cost: null, changedAnswers: null },
    };
  } finally {
    await remove();
  }
}
