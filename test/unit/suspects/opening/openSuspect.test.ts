import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openSuspect, type OpenSuspect } from '../../../../src/suspects/opening/openSuspect';

const families = 'test/fixtures/architectures';
const longest = 40;

describe('opening a suspect', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'suspects-'))));
  after(() => rm(folder, { recursive: true }));

  const open = (dir: string): Promise<OpenSuspect> => openSuspect(dir, { base: undefined, longest });

  async function openWith(family: string, fields: Record<string, unknown>): Promise<OpenSuspect> {
    const copy = join(folder, `${family}-${Object.keys(fields).join('-')}`);
    await cp(join(families, family), copy, { recursive: true });
    const path = join(copy, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...config, ...fields }));
    return open(copy);
  }

  it('finds one way to read a published model of each family', async () => {
    for (const family of await readdir(families)) {
      const { readings, isCut, unread, notes } = await open(join(families, family));
      // This fixture lists other windows than the rule of its family gives.
      const expected = family === 'gemma3' ? 2 : 1;
      assert.equal(
        readings.length,
        expected,
        `${family}: ${readings.map((r) => r.conflicts.join()).join('; ')}`,
      );
      assert.deepEqual([isCut, unread], [false, undefined]);
      assert.deepEqual(
        notes.filter((note) => !note.includes('tokenizer')),
        [],
      );
    }
  });

  it('reads learned positions as far as their table goes, and rotary ones as far as it is asked', async () => {
    const learned = await openWith('gpt2', { n_positions: 8 });
    assert.deepEqual(
      learned.readings.map(({ loaded }) => loaded.config.maxLength),
      [256],
    );
    assert.match(learned.notes.join(), /learned positions, which is 256/);
    const rotary = await openWith('qwen2', { max_position_embeddings: 8 });
    assert.deepEqual(
      rotary.readings.map(({ loaded }) => loaded.config.maxLength),
      [longest],
    );
    // A scaling that follows the length is computed up to the length that it is for.
    const dynamic = await openWith('llama', {
      max_position_embeddings: 8,
      rope_scaling: { rope_type: 'dynamic', factor: 2 },
    });
    assert.deepEqual(dynamic.readings[0]!.loaded.config.maxLength, 8);
  });

  const doubles: [what: string, family: string, fields: Record<string, unknown>, readings: number][] = [
    ['heads under two names', 'gpt2', { num_attention_heads: 8 }, 2],
    ['the same heads under two names', 'gpt2', { num_attention_heads: 4 }, 1],
    [
      'a list of windows against the rule before there was one',
      'qwen2',
      { use_sliding_window: true, sliding_window: 4, layer_types: Array(3).fill('sliding_attention') },
      2,
    ],
    [
      'windows that reach farther than any key',
      'qwen2',
      { use_sliding_window: true, sliding_window: 400, layer_types: Array(3).fill('sliding_attention') },
      1,
    ],
    ['the share that turns, in the name of each version', 'gpt-neox', { partial_rotary_factor: 1 }, 2],
    ['another rotary base in each style', 'qwen3', { rope_theta: 7, rope_parameters: { rope_theta: 9 } }, 2],
    [
      'two rotary bases and two lists of windows',
      'qwen2',
      {
        rope_theta: 7,
        rope_parameters: { rope_theta: 9 },
        use_sliding_window: true,
        sliding_window: 4,
        layer_types: Array(3).fill('sliding_attention'),
      },
      4,
    ],
    ['a config inside another', 'llama', { text_config: { rope_theta: 77 } }, 2],
  ];
  for (const [what, family, fields, expected] of doubles)
    it(`asks every way: ${what}`, async () => {
      const { readings } = await openWith(family, fields);
      assert.equal(readings.length, expected, readings.map((r) => r.conflicts.join()).join('; '));
      assert.deepEqual(readings[0]!.conflicts, []);
      for (const { conflicts } of readings.slice(1)) assert.ok(conflicts.length > 0);
    });

  it('says what is no model at all', async () => {
    await assert.rejects(open(join(folder, 'nowhere')), { reason: 'no-such-folder' });
    await assert.rejects(open(folder), { reason: 'no-weights' });
    await assert.rejects(open('package.json'), { reason: 'not-a-folder' });
  });
});
