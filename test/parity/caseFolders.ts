import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/* Model folders of kinds that people really have, and what transformers computes from them. */

export const casesFolder = 'test/fixtures/cases';

/** What transformers reads of a case's texts: predictions after the first token, and their mean loss in nats. */
const expectedSchema = z.looseObject({ predictions: z.int(), loss: z.number() });
export type Expected = z.infer<typeof expectedSchema>;

export function readExpected(name: string, part?: string): Expected {
  const json = JSON.parse(readFileSync(join(casesFolder, name, 'expected.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return expectedSchema.parse(part === undefined ? json : json[part]);
}
