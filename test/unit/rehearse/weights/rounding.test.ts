import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint';
import { readTensor } from '../../../../src/checkpoint/weights/tensorData';
import { isRounded, roundBlocks, roundTensor } from '../../../../src/rehearse/weights/rounding';

/** As makeRoundingGolden.py prints them. */
const embedding = 'model.embed_tokens.weight';
const projection = 'model.layers.1.self_attn.o_proj.weight';
const golden = [
  [embedding, 8, false, 'dd7ae240a48933bfb40c97555a5554fe9fb8cf503436ef805fbd4cc9786e0f3a'],
  [embedding, 4, false, 'c78d745ce63251d0a7bcebd26e666a5085f2cf7a62f9cd746174d0871217ff3a'],
  [embedding, 8, true, '418da492e3d099752cbb37d494dbf30af536c9aa9b0f3e0c58488556fb8f2a39'],
  [embedding, 4, true, '0d6dc857c2b3264c998602bf553a44634bdcc2b35019d13f948ee5814a500e0d'],
  [projection, 8, false, '8d4e74bdf0f10f76163c90cb63a51d627ba8243a31cf8fbba63067cf71f238a5'],
  [projection, 4, false, '2b2cced7ac720830448246166e40b632367166d886c7d70016b22a047da065c2'],
  [projection, 8, true, '10c4d4e997cb48573089363f044b03937f5fbee05cee9710e54b985825aadb8b'],
  [projection, 4, true, '673054bd20c01ed455e747a9333cb8ca45a10d89cb6ef22eb6923e07ba606131'],
] as const;

describe('Rounding in blocks of 32', () => {
  for (const [name, bits, isTransposed, expected] of golden)
    it(`gives every value of llama.cpp's q${bits}_0 for ${name}${isTransposed ? ', stored [in, out]' : ''}`, async () => {
      const { tensors } = await openCheckpoint('test/fixtures/models/chat-5M');
      const tensor = tensors.get(name)!;
      const rounded = roundTensor(await readTensor(tensor), tensor.shape, bits, isTransposed);
      assert.equal(createHash('sha256').update(new Uint8Array(rounded.buffer)).digest('hex'), expected);
    });

  it('gives a block of zeros as zeros', () => {
    for (const bits of [8, 4] as const)
      assert.ok(roundBlocks(new Float32Array(64), bits).every((value) => value === 0));
  });

  it('leaves vectors, and matrices whose inputs come in no whole blocks', () => {
    assert.ok(!isRounded([256]));
    assert.ok(!isRounded([256, 688]));
    assert.ok(isRounded([256, 688], true));
    assert.ok(isRounded([4, 256, 64]));
    const values = Float32Array.of(1.23, 4.56);
    assert.equal(roundTensor(values, [1, 2], 8), values);
  });
});
