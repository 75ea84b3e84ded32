// Keys for a model that cannot write its own text, above all a random one: passages of the bundled stories,
// with candidates drawn at random from the tokenizer's words. Writes the format that `keys import` reads:
//   node plainKeys.cjs MODEL COUNT OUT
import { readFileSync, writeFileSync } from 'node:fs';
import { loadTokenizer } from '../../src/checkpoint/tokenizer/tokenizer';
import { RandomStream, deriveKey } from '../../src/common/random';

const keyWords = 10;
const candidateCount = 16;

const [model, count, out] = process.argv.slice(2) as [string, string, string];
void makeRows(model, Number(count)).then((rows) => writeFileSync(out, JSON.stringify(rows)));

async function makeRows(folder: string, count: number): Promise<object[]> {
  const tokenizer = await loadTokenizer(folder);
  const random = new RandomStream(deriveKey(new Uint8Array(32), 'bench'));
  const words = Array.from({ length: tokenizer.vocabularySize }, (_, id) => id).filter(
    (id) => !tokenizer.specialIds.has(id),
  );
  return listStretches()
    .slice(0, count)
    .map((text) => {
      const candidates = random.shuffle(words).slice(0, candidateCount);
      const response = candidates[random.nextInt(candidateCount)]!;
      return {
        key: text,
        key_ids: tokenizer.encode(text),
        response: tokenizer.decode([response]),
        response_ids: [response],
        candidate_ids: candidates,
      };
    });
}

/** Distinct passages of so many words, in the order of the stories. */
function listStretches(): string[] {
  const lines = readFileSync('media/text/stories.jsonl', 'utf8').trim().split('\n');
  const stretches = new Set<string>();
  for (const line of lines) {
    const words = (JSON.parse(line) as { text: string }).text.split(/\s+/);
    for (let start = 0; start + keyWords <= words.length; start += keyWords)
      stretches.add(words.slice(start, start + keyWords).join(' '));
  }
  return [...stretches];
}
