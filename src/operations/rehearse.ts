import type { RequestOf, ResultOf } from '../contract/declaration';
import { rehearse as declaration } from '../contract/declarations/rehearse';
import type { Watch } from '../contract/events';
import { phases } from '../contract/phases';
import { reportKinds } from '../contract/reportKinds';
import { throwIfCancelled } from '../common/errors';
import { choosePlacement, namePlacement, reportPlacement } from '../engine/devices/choosePlacement';
import { digestJson } from '../fingerprint/canonical';
import { readKeyFile } from '../fingerprint/keyFile/keyFile';
import type { Loot } from '../rehearse/attack';
import { listAttacks, writeAttack, type ChosenAttack } from '../rehearse/attackNames';
import { openAttack } from '../rehearse/attacks';
import { certifyRehearsal } from '../rehearse/certificate';
import { gradeRehearsal } from '../rehearse/grade';
import type { RehearsalRow } from '../rehearse/rehearsalReport';
import { makeRehearsalReport } from '../reports/makeRehearsalReport';
import { sayNotReady } from '../reports/words/notReady';
import { sayCertificate, sayGrade, sayRehearsalRow } from '../reports/words/rehearsal';
import { writeReport } from '../reports/writeReport';
import { readNotReadyNote } from './copy/notReadyNote';
import { requirePassphrase } from './keySets/passphrase';
import type { OpenModel } from './openModel';
import type { Operation, OperationContext } from './operation';
import { listQuestions } from './questions';
import { askBase, askCopy, type RehearsalQuestion } from './rehearsal/askCopy';
import { askRenumbered } from './rehearsal/askRenumbered';
import { askHost } from './rehearsal/askHost';
import { withAttackedCopy } from './rehearsal/attackedCopy';
import { gatherLoot, openSubjects, readRehearsalTexts } from './rehearsal/openSubjects';
import { openRowStore, type RowStore } from './rehearsal/rowStore';
import { verdictWords } from './suspect/summarise';
import { toolName } from './toolVersion';

type RehearseRequest = RequestOf<typeof declaration>;
type RehearseResult = ResultOf<typeof declaration>;

/** Of the work on one attack, the share that is done when its copy is made. */
const shareMade = 0.4;

/**
 * Attacks copies of a marked model and asks them: what its mark survives, and what each attack costs the thief. One
 * attacked copy at a time is on disk, in the run folder. Spends no key: the copies are asked on this machine.
 */
export const rehearse: Operation<RehearseRequest, RehearseResult> = {
  declaration,
  async run(request, context) {
    const started = performance.now();
    const { list, attacks } = listAttacks(request.attacks);
    const keySet = await readKeyFile(request.keys, requirePassphrase(context.secrets));
    context.report({ type: 'phase', phase: phases.openingModels });
    const subjects = await openSubjects(request, keySet, context.signal);
    const { base, marked, markedDigest: digest } = subjects;
    const { measured, stolen, sources, notes } = await readRehearsalTexts(request.text, base);
    const choice = await choosePlacement(request, base.loaded);
    reportPlacement(choice, context);
    const { placement } = choice;
    const { precision } = placement;
    const settings = { list: list ?? null, mergedWith: subjects.otherDigest ?? null, precision };
    const device = namePlacement(placement);
    const rows = await measureRows({
      base,
      loot: gatherLoot(subjects, { keySet, texts: stolen, placement }),
      attacks,
      ask: (watch) =>
        askBase(base.loaded, { keySet, questions: listQuestions(keySet), placement }, measured, watch),
      store: openRowStore({
        ...{ tool: toolName, digest, base: keySet.base.digest, keys: keySet.commitment, device },
        ...{ mergedWith: settings.mergedWith, precision },
        texts: digestJson({ measured, stolen }),
      }),
      context,
    });

    const note = await readNotReadyNote(marked.checkpoint.dir);
    const facts = {
      tool: toolName,
      date: new Date().toISOString(),
      device,
      base: { path: base.checkpoint.dir, digest: keySet.base.digest },
      marked: { path: marked.checkpoint.dir, digest },
      keySet: { commitment: keySet.commitment, count: keySet.keys.length },
      release: keySet.releases.find(({ markedDigest }) => markedDigest === digest)?.recordDigest ?? null,
      settings,
      textSources: [...sources],
      texts: measured.length,
      tokens: measured.reduce((sum, ids) => sum + ids.length - 1, 0),
      grade: list === undefined ? null : gradeRehearsal(rows.all),
    };
    const certificate = certifyRehearsal({ ...facts, rows: rows.all });
    const report = makeRehearsalReport(rows.all, {
      ...facts,
      ...(note && { notReady: sayNotReady(note) }),
      certificate,
      notes: [...notes, ...marked.warnings],
    });
    const written =
      request.report === undefined
        ? undefined
        : await writeReport(request.report, reportKinds.rehearsal, report);
    await rows.store.remove();
    return {
      sentence: `${report.sentence}.`,
      lines: [
        ...(report.notReady === undefined ? [] : [`${report.notReady}.`]),
        ...rows.all.map(sayRehearsalRow),
        report.detail,
        ...sayGrade(report),
        sayCertificate(report),
        ...report.limits,
      ],
      rows: rows.all.map((row) => ({ ...row, verdict: verdictWords[row.verdict] })),
      grade: report.grade,
      digest,
      baseDigest: keySet.base.digest,
      commitment: keySet.commitment,
      certificate,
      device: placement.device,
      precision,
      seconds: (performance.now() - started) / 1000,
      ...(written && { report: [written.html, written.markdown, written.json] }),
    };
  },
};

interface Rehearsal {
  readonly base: OpenModel;
  readonly loot: Loot;
  readonly attacks: readonly ChosenAttack[];
  /** Asks the base what every copy is compared with. */
  readonly ask: (watch: Watch) => Promise<RehearsalQuestion>;
  readonly store: RowStore;
  readonly context: OperationContext;
}

/** The row of the copy as it is, then one for each attack. Rows that are kept from an earlier try are not measured again. */
async function measureRows({
  base,
  loot,
  attacks,
  ask,
  store,
  context,
}: Rehearsal): Promise<{ all: RehearsalRow[]; store: RowStore }> {
  const told = tellProgress(context, 2 + attacks.length);
  const isDone = [null, ...attacks.map(writeAttack)].every((attack) => store.find(attack) !== undefined);
  const question = isDone ? undefined : await ask(told.quiet);
  told.finish();
  const all: RehearsalRow[] = [];
  const add = async (attack: string | null, measure: () => Promise<Omit<RehearsalRow, 'attack'>>) => {
    throwIfCancelled(context.signal);
    const known = store.find(attack);
    const row = known ?? { attack, ...(await measure()) };
    if (known === undefined) await store.add(row);
    all.push(row);
    told.finish();
  };
  await add(null, async () => ({ ...(await askCopy(loot.marked.loaded, question!, told.quiet)), cost: 0 }));
  const ofMarked = all[0]!.lossRise!;
  for (const chosen of attacks) {
    const attack = openAttack(chosen);
    await add(writeAttack(chosen), async () => {
      if (attack.kind === 'answers') return askHost(loot, attack, question!, told.quiet);
      if (attack.kind === 'tokens')
        return askRenumbered(
          { base, loot, attack, question: question!, folder: context.runFolder },
          told.quiet,
        );
      const onShare = (share: number): void => told.part(shareMade * share);
      const attacked = { loot, attack, folder: context.runFolder, onShare };
      const figures = await withAttackedCopy(attacked, told.quiet, (copy) =>
        askCopy(copy, question!, told.quiet),
      );
      return { ...figures, cost: (1 + figures.lossRise) / (1 + ofMarked) - 1 };
    });
  }
  return { all, store };
}

interface Told {
  /** For work whose own phases would hide how far the whole is. */
  readonly quiet: Watch;
  part(share: number): void;
  finish(): void;
}

/** Progress over the base, the copy and every attack. */
function tellProgress(watch: Watch, total: number): Told {
  const { signal } = watch;
  let done = 0;
  const tell = (part: number): void =>
    watch.report({ type: 'phase', phase: phases.rehearsing, done, total, part });
  tell(0);
  return {
    quiet: { ...(signal && { signal }), report: () => undefined },
    part: tell,
    finish: () => {
      done++;
      tell(0);
    },
  };
}
