import { inspect } from 'node:util';
import { findReport } from '../findReport';
import { digestFolder, lookAtCheckpoint, lookAtKeySet } from '../lookAt';
import type { Findings, Kind, Question, ReaderMessage } from './messages';

/*
 * The process that reads what lies in a workspace, which may be a stranger's: where a folder makes it hang or takes all
 * its memory, it is killed, and the editor lives on. A thread would not do: Node cannot end one that waits for a
 * file or parses JSON, and a thread that runs out of memory ends the whole process.
 */

const looks: {
  readonly [K in Kind]: (path: string, note: (error: unknown) => void) => Promise<Findings[K]>;
} = {
  checkpoint: lookAtCheckpoint,
  keySet: lookAtKeySet,
  report: findReport,
  digest: digestFolder,
};

function send(message: ReaderMessage): void {
  // Without its parent there is nobody to read for.
  process.send?.(message, undefined, undefined, (error: Error | null) => {
    if (error) process.exit();
  });
}

async function answer({ kind, path }: Question): Promise<void> {
  const unforeseen: string[] = [];
  const found = await looks[kind](path, (error) => unforeseen.push(`${path}: ${inspect(error)}`));
  send({ type: 'answer', found, unforeseen });
}

process.on('message', (question) => void answer(question as Question));
process.on('disconnect', () => process.exit());
send({ type: 'ready' });
