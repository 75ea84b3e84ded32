import type { ModelFacts } from '../../../operations/describeCheckpoint';
import type { Finding, ModelInspection } from '../../../contract/declarations/inspectModel';
import { shortWordsOf } from '../../../common/reasons';
import { formatParameters, formatSize } from '../../../words/figures';
import type { ChosenModel, FoundModel, ModelView } from '../../../protocol/panel/model';
import type { NamedFact, PanelAction, Problem, StateRow, StepSummary } from '../../../protocol/panel/parts';
import { notReadyWords, sayReasons } from '../../../reports/words/notReady';
import { formatCount, formatCounted, formatOf } from '../../../words/numbers';
import type { FoundCheckpoint } from '../../index/found';
import type { Machine } from '../machine';

/** What is known of the chosen checkpoint folder. */
export interface ModelKnowledge {
  readonly path: string;
  /** Why the folder cannot be used; undefined when it can, or while that is unknown. */
  readonly problem: Problem | undefined;
  /** Undefined until the headers are read. */
  readonly facts: ModelFacts | undefined;
  /** Undefined until the weights are inspected. */
  readonly inspection: ModelInspection | undefined;
  readonly isInspecting: boolean;
  /** Why the weights could not be inspected. */
  readonly inspectionProblem: Problem | undefined;
  readonly releases: readonly StateRow[];
  readonly isPublished: boolean;
  readonly machine: Machine;
}

/** The step Model of the panel. */
export function showModel(
  found: ModelView['found'],
  model: ModelKnowledge | undefined,
  isTrusted: boolean,
): ModelView {
  return { found, chosen: model === undefined ? null : showChosen(model, isTrusted) };
}

/** A model that can be chosen, in a few words. */
export function showFound({ path, facts, problem, unmarkable }: FoundCheckpoint, name: string): FoundModel {
  const fault = problem ?? unmarkable;
  const about = facts
    ? [facts.family, `${formatParameters(facts.parameters)} parameters`, facts.dtypes.join(' and ')].join(
        ', ',
      )
    : '';
  if (!fault) return { path, name, about };
  const usual = fault.kind === 'damaged' ? 'damaged' : 'not supported';
  return { path, name, about, fault: shortWordsOf(fault.reason) ?? usual };
}

/** The state of the step, for its tab. */
export function summariseModel({ chosen }: ModelView): StepSummary {
  if (!chosen) return { state: 'open', words: 'None chosen' };
  if (chosen.problem) return { state: 'failed', words: 'Cannot be used' };
  const failed = chosen.checks.filter(({ state }) => state === 'failed').length;
  if (failed > 0) return { state: 'failed', words: `${formatCounted(failed, 'check')} failed` };
  if (chosen.isChecking) return { state: 'running', words: 'Inspecting' };
  return chosen.digest === null
    ? { state: 'open', words: 'Only headers read' }
    : { state: 'ready', words: 'Ready' };
}

function showChosen(model: ModelKnowledge, isTrusted: boolean): ChosenModel {
  const { path, problem, facts, inspection } = model;
  const isUsable = problem === undefined && facts !== undefined;
  return {
    path,
    problem: problem ?? null,
    facts: isUsable ? listFacts(facts) : [],
    digest: inspection?.digest ?? null,
    checks: isUsable ? listChecks(model, facts, isTrusted) : [],
    isChecking: model.isInspecting,
    devices: isUsable ? listDevices(model, isTrusted) : [],
    releases: isUsable ? model.releases : [],
    isPublished: model.isPublished,
  };
}

function listFacts(facts: ModelFacts): NamedFact[] {
  return [
    {
      name: 'Family',
      value: `${facts.family}, ${formatCounted(facts.layers, 'layer')}, hidden size ${formatCount(facts.hiddenSize)}, ${formatCounted(facts.keyValueHeads, 'head')} for keys and values`,
    },
    {
      name: 'Parameters',
      value: `${formatCount(facts.parameters)}${facts.tied ? ', output matrix shared with the embeddings' : ''}`,
    },
    { name: 'Stored as', value: describeStorage(facts) },
    {
      name: 'Vocabulary',
      value: `${formatCounted(facts.vocabulary, 'token')}; context ${formatCounted(facts.maxLength, 'token')}`,
    },
    {
      name: 'Chat template',
      value: facts.chatTemplate ? 'found; keys are asked through it' : 'none; keys are plain texts',
    },
  ];
}

function describeStorage({ dtypes, weightFiles, storedBytes }: ModelFacts): string {
  return `${dtypes.join(' and ')}, safetensors, ${formatCounted(weightFiles.length, 'file')}, ${formatSize(storedBytes)}`;
}

function listChecks(model: ModelKnowledge, facts: ModelFacts, isTrusted: boolean): StateRow[] {
  const { inspection } = model;
  const waiting = isTrusted
    ? model.isInspecting
      ? 'inspecting…'
      : 'not inspected'
    : 'not inspected in Restricted Mode';
  const files = facts.weightFiles.length;
  return [
    {
      state: 'passed',
      name: 'Files complete',
      detail: `${formatOf(files, files)} weight ${files === 1 ? 'file' : 'files'}, ${formatCounted(facts.tensorCount, 'tensor')}, sizes fit the header`,
    },
    showFinding('Values in range', inspection?.values, waiting, () => 'no infinite or missing numbers'),
    showFinding('Tokenizer fits', inspection?.tokenizer, waiting, (count) =>
      describeTokenizer(count, facts.vocabulary),
    ),
    { state: 'passed', name: 'Training supported', detail: 'all parts of this family have gradients' },
    ...explainInspection(model),
    ...listOddities(facts, inspection?.warnings ?? []),
  ];
}

function explainInspection({ path, inspectionProblem }: ModelKnowledge): StateRow[] {
  if (!inspectionProblem) return [];
  return [
    {
      state: 'failed',
      name: 'Inspection',
      detail: `${inspectionProblem.message} ${inspectionProblem.next}`,
      action: { title: 'Inspect Again', request: { type: 'chooseModel', path } },
    },
  ];
}

function showFinding(
  name: string,
  finding: Finding | undefined,
  waiting: string,
  describe: (count: number) => string,
): StateRow {
  if (!finding) return { state: 'unknown', name, detail: waiting };
  if (finding.isGood) return { state: 'passed', name, detail: describe(finding.count) };
  return { state: 'failed', name, detail: `${finding.message} ${finding.next}` };
}

function describeTokenizer(entries: number, embeddings: number): string {
  return entries === embeddings
    ? `${formatCount(entries)} entries, same as the embedding matrix`
    : `${formatCount(entries)} entries; the embedding matrix has room for ${formatCount(embeddings)}`;
}

function listOddities(
  { pickleFiles, keyFiles, warnings, notReady }: ModelFacts,
  found: readonly string[],
): StateRow[] {
  const rows: StateRow[] = notReady
    ? [{ state: 'warning', name: notReadyWords, detail: sayReasons(notReady) }]
    : [];
  if (pickleFiles.length > 0)
    rows.push({
      state: 'warning',
      name: pickleFiles.length === 1 ? 'Old pickle file' : 'Old pickle files',
      detail: `${listNames(pickleFiles)} ${pickleFiles.length === 1 ? 'is' : 'are'} never opened or copied: such files can run code.`,
    });
  if (keyFiles.length > 0)
    rows.push({
      state: 'warning',
      name: 'Key file inside',
      detail: `${listNames(keyFiles)} ${keyFiles.length === 1 ? 'is' : 'are'} in the model folder: move ${keyFiles.length === 1 ? 'it' : 'them'} elsewhere before you publish the folder.`,
    });
  return [
    ...rows,
    ...[...new Set([...warnings, ...found])].map((detail): StateRow => ({
      state: 'warning',
      name: 'Unusual but usable',
      detail,
    })),
  ];
}

function listNames(names: readonly string[]): string {
  const [first, second, ...others] = names;
  if (others.length > 0) return `${first!}, ${second!} and ${formatCount(others.length)} more`;
  return second === undefined ? first! : `${first!} and ${second}`;
}

function listDevices({ inspection, machine }: ModelKnowledge, isTrusted: boolean): StateRow[] {
  const processor = {
    name: `Processor, ${formatCounted(machine.threads, 'thread')}`,
    detail: `${formatSize(machine.freeBytes)} of memory free`,
  };
  if (!inspection)
    return [
      { state: 'passed', ...processor },
      {
        state: 'unknown',
        name: 'Graphics card',
        detail: isTrusted ? 'not tried yet' : 'not tried in Restricted Mode',
      },
    ];
  const rows = inspection.devices.map(({ device, name, fault, isChosen }): StateRow => {
    const used = isChosen ? '. Will be used.' : '';
    if (device === 'cpu') return { state: 'passed', name: processor.name, detail: processor.detail + used };
    return fault === undefined
      ? { state: 'passed', name, detail: `works${used}` }
      : { state: 'off', name, detail: `${fault}.` };
  });
  const working = rows.filter(({ state }) => state !== 'off');
  const failing = rows.filter(({ state }) => state === 'off');
  return [
    ...working,
    ...failing.map((row, i) => (i === 0 && isTrusted ? { ...row, action: checkDevicesAction } : row)),
  ];
}

/** Shown once, at the first device that does not work. */
const checkDevicesAction: PanelAction = { title: 'Check Devices', request: { type: 'checkDevices' } };
