import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../common/errors';
import { describeCheckpoint, type DescribedCheckpoint } from '../../../operations/describeCheckpoint';
import type { Problem } from '../../../protocol/panel/parts';
import { inEditorWords } from '../../editorWords';
import type { FoundCheckpoint } from '../../index/found';

/** What the headers of a folder show, or why it cannot be used. */
export interface DescribedModel {
  readonly path: string;
  /** Changes whenever a file changes that makes the model what it is. */
  readonly version: string;
  readonly described: DescribedCheckpoint | undefined;
  readonly problem: Problem | undefined;
}

const tellingFile =
  /\.safetensors(\.index\.json)?$|^(config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^chat_template\.jinja$|^NOT-READY-TO-PUBLISH\.md$/;
const mostKept = 50;

/** Describes checkpoint folders, each once for as long as its files do not change. */
export class ModelCatalogue {
  private readonly known = new Map<string, DescribedModel>();

  /** @param lookAt describes a folder in another process, which one that hangs its reader does not hang. */
  constructor(private readonly lookAt: (path: string) => Promise<Pick<FoundCheckpoint, 'problem'>>) {}

  async describe(path: string): Promise<DescribedModel> {
    const version = await readVersion(path);
    const known = this.known.get(path);
    if (known?.version === version) return known;
    const described = { path, version, ...(await this.tryToDescribe(path)) };
    this.known.delete(path);
    this.known.set(path, described);
    if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
    return described;
  }

  /** A folder that could not be described is tried again. */
  forgetProblems(): void {
    for (const [path, { problem }] of this.known) if (problem) this.known.delete(path);
  }

  private async tryToDescribe(path: string): Promise<Pick<DescribedModel, 'described' | 'problem'>> {
    try {
      const { problem } = await this.lookAt(path);
      if (problem) throw new UserError(problem.reason, problem.message, problem.next);
      return { described: await describeCheckpoint(path), problem: undefined };
    } catch (error) {
      return { described: undefined, problem: asProblem(error) };
    }
  }
}

/** An error as the panel shows it in place. Unexpected errors are thrown again. */
export function asProblem(error: unknown): Problem {
  if (!(error instanceof UserError)) throw error;
  const { message, next } = inEditorWords(error);
  return { message, next };
}

/** Digest of the names, sizes and times of the files that make a model what it is. */
async function readVersion(path: string): Promise<string> {
  const names = await readdir(path).catch(() => []);
  const parts = await Promise.all(
    names
      .filter((name) => tellingFile.test(name))
      .sort()
      .map(async (name) => {
        const found = await stat(join(path, name)).catch(() => undefined);
        return [name, found?.size, found?.mtimeMs];
      }),
  );
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
