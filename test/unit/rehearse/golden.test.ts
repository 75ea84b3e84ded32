import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, it } from 'node:test';
import { RandomStream } from '../../../src/common/random';
import { minHost, nucleusHost, temperatureHost, topHost } from '../../../src/rehearse/answers/sampling';
import type { Host } from '../../../src/rehearse/attack';
import { findDirection, projectOut, writesIntoStream } from '../../../src/rehearse/weights/abliterate';
import { roundToE4M3, roundToFloat8 } from '../../../src/rehearse/weights/float8';
import { mergeOnArc, mergeTensor } from '../../../src/rehearse/weights/merging';
import { pruneTensor } from '../../../src/rehearse/weights/pruning';
import { roundSymmetrically } from '../../../src/rehearse/weights/symmetricRounding';
import { addTaskVectors, mergeByDare, mergeByTies } from '../../../src/rehearse/weights/taskVectors';
import { pruneByActivations } from '../../../src/rehearse/weights/wanda';

/** As makeAttackGolden.py writes it. */
interface Golden {
  readonly shape: readonly [number, number];
  readonly base: readonly number[];
  readonly marked: readonly number[];
  readonly other: readonly number[];
  readonly far: readonly number[];
  readonly norms: readonly number[];
  readonly harmful: readonly (readonly number[])[];
  readonly harmless: readonly (readonly number[])[];
  readonly logits: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly answers: Readonly<Record<string, readonly number[]>>;
}

const values = (numbers: readonly number[]): Float32Array => Float32Array.from(numbers);

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

describe('attacks on weights, as numpy and torch compute them', () => {
  let golden: Golden;
  before(async () => {
    golden = JSON.parse(await readFile('test/fixtures/rehearse/attacks.json', 'utf8')) as Golden;
  });

  const near = (actual: Float32Array, name: string): void => {
    const expected = golden.weights[name]!;
    assert.equal(actual.length, expected.length);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
    assert.ok(worst <= 1e-6, `${name} differs by ${worst}`);
  };

  it('round to 8, 4 and 3 bits, also a matrix that is stored [in, out]', () => {
    const [rows, columns] = golden.shape;
    const marked = values(golden.marked);
    for (const bits of [8, 4, 3]) {
      const name = `round:${bits}`;
      near(roundSymmetrically(marked, golden.shape, bits), name);
      const turned = roundSymmetrically(transpose(marked, rows, columns), [columns, rows], bits, true);
      near(transpose(turned, columns, rows), name);
    }
  });

  it('round to 8-bit floating point', () => {
    near(roundToFloat8(values(golden.marked)), 'fp8');
    const known = [0, 448, 500, 0.001953125, 0.0009, 0.00098, 17, 18, 19, -1.0625, -1.1875];
    const stored = [0, 448, 448, 0.001953125, 0, 0.001953125, 16, 18, 20, -1, -1.25];
    assert.deepEqual(known.map(roundToE4M3), stored);
  });

  it('merge', () => {
    const [base, marked, other] = [values(golden.base), values(golden.marked), values(golden.other)];
    near(mergeTensor(marked, other, 0.3), 'merge-linear:0.3');
    near(mergeOnArc(marked, values(golden.far), 0.3), 'merge-slerp:0.3');
    near(addTaskVectors({ base, marked, other }, 0.3), 'task-arithmetic:0.3');
    near(mergeByTies({ base, marked, other }, 0.3), 'ties:0.3');
    near(mergeByTies({ base, marked, other: base }, 0.3), 'ties-with-base:0.3');
  });

  it('merge nearly parallel tensors linearly, and refuse those of two shapes', () => {
    const marked = values(golden.marked);
    const nearly = marked.map((value) => value * 1.01);
    assert.deepEqual(mergeOnArc(marked, nearly, 0.4), mergeTensor(marked, nearly, 0.4));
    for (const merge of [mergeTensor, mergeOnArc])
      assert.throws(() => merge(marked, marked.slice(1), 0.5), RangeError);
  });

  it('drop most of a task vector, and keep its mean', () => {
    const count = 40_000;
    const base = new Float32Array(count).fill(1);
    const marked = new Float32Array(count).fill(1.5);
    const merged = mergeByDare({ base, marked, other: base }, 0.5, new RandomStream(new Uint8Array(32)));
    const kept = merged.filter((value) => value !== 1);
    assert.ok(kept.every((value) => Math.abs(value - (1 + (0.5 * 0.5) / 0.2)) < 1e-6));
    assert.ok(Math.abs(kept.length / count - 0.2) < 0.01);
    const again = mergeByDare({ base, marked, other: base }, 0.5, new RandomStream(new Uint8Array(32)));
    assert.deepEqual(again, merged);
  });

  it('prune by magnitude: at least one value, and all that are equally small', () => {
    near(pruneTensor(values(golden.marked), 0.2), 'prune:0.2');
    assert.deepEqual([...pruneTensor(Float32Array.of(3, -1, 1, 2), 0.2)], [3, 0, 0, 2]);
  });

  it('prune by activations, also a matrix that is stored [in, out]', () => {
    const [rows, columns] = golden.shape;
    const [marked, norms] = [values(golden.marked), values(golden.norms)];
    near(pruneByActivations(marked, norms, 0.5), 'wanda:0.5');
    const turned = pruneByActivations(transpose(marked, rows, columns), norms, 0.5, true);
    near(transpose(turned, columns, rows), 'wanda:0.5');
    const equal = pruneByActivations(new Float32Array(4).fill(1), Float32Array.of(1, 1, 1, 1), 0.5);
    assert.deepEqual([...equal], [0, 0, 1, 1]);
  });

  it('take a direction out of what a matrix writes', () => {
    const [rows, columns] = golden.shape;
    const direction = findDirection(golden.harmful.map(values), golden.harmless.map(values))!;
    const base = values(golden.base);
    near(projectOut(base, direction), 'abliterate');
    const turned = projectOut(transpose(base, rows, columns), direction, true);
    near(transpose(turned, columns, rows), 'abliterate');
    assert.equal(findDirection([Float32Array.of(1)], [Float32Array.of(1)]), undefined);
  });
});

describe('hosts that draw their words, as numpy computes them', () => {
  it('say a token with exactly its probability', async () => {
    const golden = JSON.parse(await readFile('test/fixtures/rehearse/attacks.json', 'utf8')) as Golden;
    const logits = values(golden.logits);
    const hosts: Readonly<Record<string, Host>> = {
      'temperature:0.7': temperatureHost(0.7),
      'top-p:0.9': nucleusHost(0.9),
      'top-k:5': topHost(5),
      'min-p:0.1': minHost(0.1),
    };
    for (const [name, host] of Object.entries(hosts))
      golden.answers[name]!.forEach((expected, token) =>
        assert.ok(Math.abs(host.chanceOf!(logits, token, 0) - expected) < 1e-9, `${name}: ${token}`),
      );
  });
});

describe('matrices that write into the residual stream', () => {
  it('are found by their names in every family', () => {
    const writing = [
      'model.layers.3.self_attn.o_proj.weight',
      'model.layers.3.mlp.down_proj.weight',
      'transformer.h.0.attn.c_proj.weight',
      'transformer.h.0.mlp.c_proj.weight',
      'gpt_neox.layers.1.attention.dense.weight',
      'gpt_neox.layers.1.mlp.dense_4h_to_h.weight',
      'model.layers.0.block_sparse_moe.experts.7.w2.weight',
      'model.layers.0.mlp.experts.12.down_proj.weight',
    ];
    assert.ok(writing.every(writesIntoStream));
    const others = [
      'model.layers.3.self_attn.q_proj.weight',
      'model.layers.3.mlp.up_proj.weight',
      'lm_head.weight',
    ];
    assert.ok(!others.some(writesIntoStream));
  });
});
