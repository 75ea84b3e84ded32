import type * as vscode from 'vscode';
import * as z from 'zod';

const memoryKey = 'publishTicks';
const mostSubjects = 200;
const keptSchema = z.record(z.string().max(256), z.array(z.string().max(40)).max(20)).catch({});

/**
 * Which tasks a user called done, for what no file can show: that a commitment was published, that a copy of the
 * key set is safe. A subject is what the task is about and keeps its name when folders move: the commitment of a
 * key set, or the digest of a copy.
 */
export class PublishTicks {
  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  isDone(subject: string, task: string): boolean {
    return this.read()[subject]?.includes(task) ?? false;
  }

  /** The subject that changed last is kept longest. */
  async set(subject: string, task: string, isDone: boolean): Promise<void> {
    const { [subject]: before = [], ...others } = this.read();
    const tasks = before.filter((other) => other !== task);
    if (isDone) tasks.push(task);
    const kept = [...Object.entries(others), ...(tasks.length > 0 ? [[subject, tasks] as const] : [])];
    await this.memory.update(memoryKey, Object.fromEntries(kept.slice(-mostSubjects)));
  }

  private read(): Readonly<Record<string, readonly string[]>> {
    return keptSchema.parse(this.memory.get(memoryKey));
  }
}
