import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../../common/errors';
import { parseJson } from '../../common/files';

/** The files of media/text; README.md there names sources and licences. */
interface BundledText {
  readonly stories: string;
  readonly dialogues: string;
}

/** @throws UserError `missing-text` when the program was moved out of its folder. */
export function findBundledText(): BundledText {
  // When bundled, this file is in dist/; the tests run from the root of the repository.
  const folders = [join(__dirname, '..', 'media', 'text'), join(process.cwd(), 'media', 'text')];
  const folder = folders.find((candidate) => existsSync(join(candidate, 'stories.jsonl')));
  if (folder === undefined)
    throw new UserError(
      'missing-text',
      'The bundled text was not found.',
      'Give your own text with --text, or reinstall the program.',
    );
  return { stories: join(folder, 'stories.jsonl'), dialogues: join(folder, 'dialogues.jsonl') };
}

const dialogueSchema = z.looseObject({ instruction: z.string() });

/** The first distinct questions of a file of dialogues. */
export async function readQuestions(path: string, count: number): Promise<string[]> {
  const questions = new Set<string>();
  for (const line of (await readFile(path, 'utf8')).split('\n')) {
    if (line === '' || questions.size === count) continue;
    questions.add(parseJson(line, dialogueSchema, path, 'Reinstall the program.').instruction);
  }
  return [...questions];
}
