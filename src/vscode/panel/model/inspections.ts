import * as vscode from 'vscode';
import * as z from 'zod';
import { inspect } from '../../../contract/declarations/inspect';
import { inspectModel, type ModelInspection } from '../../../contract/declarations/inspectModel';
import type { Problem } from '../../../protocol/panel/parts';
import { UserError } from '../../../common/errors';
import type { RunService } from '../../runs/runService';
import { asProblem, type DescribedModel } from './catalogue';

const memoryKey = 'inspections';
const mostKept = 20;
const keptSchema = z.array(z.object({ version: z.string(), inspection: inspectModel.result })).catch([]);

/** The state of a checkpoint's inspection. */
interface InspectionState {
  readonly inspection: ModelInspection | undefined;
  readonly isInspecting: boolean;
  readonly problem: Problem | undefined;
}

const notInspected: InspectionState = { inspection: undefined, isInspecting: false, problem: undefined };

/** Has child processes inspect checkpoints, each once for as long as its files do not change. */
export class Inspections implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  /** By the version of the files. */
  private readonly states = new Map<string, InspectionState>();

  constructor(
    private readonly runs: RunService,
    private readonly memory: vscode.Memento,
    /** Gets every digest with the time when its files were begun to be read. */
    private readonly onDigest: (path: string, digest: string, sinceMs: number) => void,
  ) {
    for (const { version, inspection } of keptSchema.parse(memory.get(memoryKey)))
      this.states.set(version, { ...notInspected, inspection });
  }

  stateOf({ version }: DescribedModel): InspectionState {
    return this.states.get(version) ?? notInspected;
  }

  /** Starts to inspect a checkpoint, unless that has been done or is in progress. */
  start(model: DescribedModel): void {
    if (this.states.has(model.version) || !model.described) return;
    const sinceMs = Date.now();
    this.set(model, { ...notInspected, isInspecting: true });
    void this.inspect(model).then(
      (inspection) => {
        this.set(model, { ...notInspected, inspection });
        this.onDigest(model.path, inspection.digest, sinceMs);
        return this.keep();
      },
      (error: unknown) => this.set(model, { ...notInspected, problem: explain(error) }),
    );
  }

  /** Forgets failed inspections, so that the next start repeats them. */
  forgetProblems(): void {
    for (const [version, { problem }] of this.states) if (problem) this.states.delete(version);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async inspect({ path }: DescribedModel): Promise<ModelInspection> {
    const folder = await this.runs.newRunFolder(inspect.name);
    await this.runs.start(inspectModel, { model: path }, {}, folder);
    const run = await this.runs.waitForEnd(folder);
    await this.runs.discard(folder);
    const { failure } = run;
    if (failure) throw new UserError(failure.reason, failure.message, failure.next);
    return inspectModel.result.parse(run.result);
  }

  private set({ version }: DescribedModel, state: InspectionState): void {
    this.states.set(version, state);
    this.changed.fire();
  }

  private async keep(): Promise<void> {
    const kept = [...this.states].flatMap(([version, { inspection }]) =>
      inspection ? [{ version, inspection }] : [],
    );
    await this.memory.update(memoryKey, kept.slice(-mostKept));
  }
}

function explain(error: unknown): Problem {
  if (error instanceof UserError) return asProblem(error);
  return {
    message: 'The model could not be inspected.',
    next: 'See the log for details, then try again.',
  };
}
