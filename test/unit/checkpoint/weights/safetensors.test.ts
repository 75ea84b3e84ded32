import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readHeader } from '../../../../src/checkpoint/weights/safetensors';
import { buildSafetensors, inFolder, sampleModel, userError } from '../folders';

const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

async function assertRefused(bytes: Uint8Array, reason: string, message?: RegExp): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'x.safetensors');
    await writeFile(path, bytes);
    await assert.rejects(readHeader(path), userError(reason, message));
  });
}

describe('the header of a safetensors file', () => {
  it('gives every tensor with its offset in the file, and the metadata', async () => {
    const { tensors, metadata } = await readHeader(join(sampleModel, 'model.safetensors'));
    assert.deepEqual(metadata, { format: 'pt', 'model.embed_tokens.weight': 'lm_head.weight' });
    // 656,000 parameters in float32, as the model's own description says.
    assert.equal(
      tensors.reduce((sum, { byteLength }) => sum + byteLength, 0),
      656_000 * 4,
    );
    const first = tensors[0]!;
    assert.deepEqual([first.name, first.dtype, first.shape], ['lm_head.weight', 'F32', [2048, 128]]);
    assert.deepEqual([first.offset, first.byteLength], [8 + 2160, 2048 * 128 * 4]);
  });

  it('is read in the order of the data, whatever the order of the names', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'x.safetensors');
      const header = { b: f32([1], 8, 12), a: f32([2, 1], 0, 8), empty: f32([0, 5], 8, 8) };
      await writeFile(path, buildSafetensors(header, new Uint8Array(12)));
      assert.deepEqual(
        (await readHeader(path)).tensors.map(({ name }) => name),
        ['a', 'empty', 'b'],
      );
    });
  });

  it('is refused when the file is missing or shorter than its length field', async () => {
    await assert.rejects(readHeader('no/such/file.safetensors'), userError('not-found'));
    await assertRefused(new Uint8Array(7), 'truncated-file');
  });

  it('is refused when it claims more than 40 MB, or more than the file holds', async () => {
    const lying = Buffer.alloc(64);
    lying.writeBigUInt64LE(2n ** 63n);
    await assertRefused(lying, 'header-too-long', /9.223.372.036.854.775.808 bytes/);
    lying.writeBigUInt64LE(57n);
    await assertRefused(lying, 'header-outside-file');
  });

  it('is refused before it is parsed when that would fill the memory', async () => {
    const empty = '"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
    for (const [text, message] of [
      [`{"a":[${'{},'.repeat(2_000_000)}0]}`, /more than 2.000.000 values/],
      [`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /deeper than 64 levels/],
      [
        `{${Array.from({ length: 200_002 }, (_, i) => empty.replace('a', `${i}`)).join()}}`,
        /200.000 tensors/,
      ],
    ] as const)
      await assertRefused(buildSafetensors(text), 'too-large', message);
  });

  it('is refused when it is not a JSON object of UTF-8 text', async () => {
    for (const text of ['', ' {}', '[]', '{"a":', '{"a":1}', '{"a":{"dtype":"F32","shape":[1]}}'])
      await assertRefused(buildSafetensors(text), 'broken-header');
    await assertRefused(
      Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), Buffer.from([0xff])]),
      'broken-header',
    );
    await assertRefused(buildSafetensors({ __metadata__: { a: 1 } }), 'broken-header', /metadata/);
  });

  it('is refused when a dimension or an offset is no whole number from zero', async () => {
    for (const entry of [
      f32([-1], 0, 4),
      f32([0.5], 0, 2),
      f32([1], -4, 0),
      f32(Array<number>(17).fill(1), 0, 4),
    ])
      await assertRefused(buildSafetensors({ a: entry }, new Uint8Array(4)), 'broken-header', /"a"/);
    await assertRefused(
      buildSafetensors('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}'),
      'broken-header',
    );
  });

  it('is refused when a name occurs twice, even for the same bytes or spelt differently', async () => {
    const entry = JSON.stringify(f32([1], 0, 4));
    await assertRefused(
      buildSafetensors(`{"a":${entry},"\\u0061" :${entry}}`, new Uint8Array(4)),
      'duplicate-tensor',
    );
  });

  it('is not confused by names and metadata that look like keys', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'x.safetensors');
      const header = {
        __metadata__: { a: '{"a":', 'x\\"': '"a":' },
        a: f32([1], 0, 4),
        dtype: f32([1], 4, 8),
      };
      await writeFile(path, buildSafetensors(header, new Uint8Array(8)));
      assert.equal((await readHeader(path)).tensors.length, 2);
    });
  });

  it('is refused when length and shape disagree, or the shape is absurd', async () => {
    await assertRefused(buildSafetensors({ a: f32([2], 0, 4) }, new Uint8Array(4)), 'wrong-tensor-length');
    await assertRefused(buildSafetensors({ a: f32([1], 4, 0) }, new Uint8Array(4)), 'wrong-tensor-length');
    const huge = f32([2 ** 40, 2 ** 40], 0, 4);
    await assertRefused(buildSafetensors({ a: huge }, new Uint8Array(4)), 'wrong-tensor-length');
  });

  it('is refused when the tensors do not cover the data exactly', async () => {
    const data = new Uint8Array(12);
    await assertRefused(
      buildSafetensors({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, data),
      'overlapping-tensors',
      /"b"/,
    );
    await assertRefused(
      buildSafetensors({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, data),
      'gap-between-tensors',
      /"b"/,
    );
    await assertRefused(buildSafetensors({ a: f32([2], 0, 8) }, data), 'oversized-file');
    await assertRefused(buildSafetensors({ a: f32([4], 0, 16) }, data), 'truncated-file');
    await assertRefused(buildSafetensors({ a: f32([1], 2 ** 50, 2 ** 50 + 4) }, data), 'gap-between-tensors');
  });

  it('is refused when a type is unknown to the format', async () => {
    await assertRefused(
      buildSafetensors({ a: { ...f32([1], 0, 4), dtype: 'toString' } }),
      'unknown-dtype',
      /"toString"/,
    );
  });

  it('never lets a name from the file reach a terminal raw', async () => {
    const name = `\u001b[2J${'x'.repeat(5000)}`;
    await assertRefused(
      buildSafetensors({ [name]: f32([2], 0, 4) }),
      'wrong-tensor-length',
      /^[^\u001b]{1,500}$/,
    );
  });
});
