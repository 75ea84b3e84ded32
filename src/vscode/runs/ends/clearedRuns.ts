import type * as vscode from 'vscode';
import * as z from 'zod';
import { isAlive, type KnownRun } from '../knownRun';

const memoryKey = 'clearedRuns';
const mostCleared = 500;
const clearedSchema = z.array(z.string().max(4200)).catch([]);

/**
 * Whether a run has ended and waits for nobody: what "Clear Finished" takes out of the list. One with a save
 * stays, because clearing it by mistake would hide work that can be resumed.
 */
export function isFinished(run: Pick<KnownRun, 'state' | 'canResume'>): boolean {
  return !isAlive(run) && !run.canResume;
}

/**
 * The runs that the user has taken out of the list. Their folders stay: a release is tied to its base by the
 * folder of its run. A run that works again is listed again.
 */
export class ClearedRuns {
  private readonly listeners = new Set<() => void>();

  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  onDidClear(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  /** Those that are still listed. */
  filter(runs: readonly KnownRun[]): KnownRun[] {
    const cleared = new Set(this.read());
    return runs.filter((run) => isAlive(run) || !cleared.has(nameEnd(run)));
  }

  async clear(runs: readonly KnownRun[]): Promise<void> {
    const kept = [...new Set([...runs.map(nameEnd), ...this.read()])].slice(0, mostCleared);
    await this.memory.update(memoryKey, kept);
    for (const tell of this.listeners) tell();
  }

  private read(): string[] {
    return clearedSchema.parse(this.memory.get(memoryKey));
  }
}

function nameEnd({ folder, endedAt = '' }: KnownRun): string {
  return `${folder} ${endedAt}`;
}
