import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onCpu } from '../../../src/contract/devices';
import { RandomStream } from '../../../src/common/random';
import { openModel } from '../../../src/operations/openModel';
import type { AttackedTensor, Loot } from '../../../src/rehearse/attack';
import {
  attackNames,
  kindOfAttack,
  listAttacks,
  readAttack,
  writeAttack,
} from '../../../src/rehearse/attackNames';
import { openAttack } from '../../../src/rehearse/attacks';

function sampleValues(count: number, seed: number): Float32Array {
  const random = new RandomStream(new Uint8Array(32).fill(seed));
  return Float32Array.from({ length: count }, () => 2 * random.nextFloat() - 1);
}

async function makeLoot(): Promise<Loot> {
  const base = await openModel('media/sample-model');
  const texts = ['One day, Tom went to the park.', 'The dog was happy.'];
  return {
    ...{ base, marked: base, other: base },
    texts: texts.map((text) => base.tokenizer.encode(text)),
    placement: onCpu,
    seed: new Uint8Array(32).fill(9),
  };
}

const watch = { report: () => undefined };

describe('the names of attacks', () => {
  it('read back as they are written, with the usual strength where none is given', () => {
    for (const name of attackNames) {
      const attack = readAttack(name)!;
      assert.deepEqual(readAttack(writeAttack(attack)), attack);
    }
    assert.equal(writeAttack(readAttack('merge-linear')!), 'merge-linear:0.5');
  });

  it('refuse unknown names and strengths that mean nothing, with what is possible', () => {
    for (const written of [
      'melt',
      'merge-linear:2',
      'round:3.5',
      'prune:',
      'q8_0:1',
      'gate:0.9:1',
      'prune:-0.1',
    ])
      assert.equal(readAttack(written), undefined, written);
    assert.throws(() => listAttacks('round:9'), { reason: 'wrong-usage', next: /whole number from 2 to 8/ });
    assert.throws(() => listAttacks('melt'), { reason: 'wrong-usage', next: /short, all, or names/ });
  });

  it('make up two lists, and a list of one’s own has no name', () => {
    const [short, all] = [listAttacks('short'), listAttacks('all')];
    const written = all.attacks.map(writeAttack);
    assert.ok(short.attacks.every((attack) => written.includes(writeAttack(attack))));
    assert.deepEqual(new Set(all.attacks.map(({ name }) => name)), new Set(attackNames));
    assert.equal(listAttacks('prune:0.2, prune:0.2').attacks.length, 1);
    assert.equal(listAttacks('prune').list, undefined);
    assert.deepEqual(listAttacks(), short);
  });
});

describe('an attack on weights', () => {
  it('leaves the values it is given as they were, and gives the same values again', async () => {
    const loot = await makeLoot();
    const projection = loot.marked.loaded.parameters.find(({ name }) => name.endsWith('o_proj.weight'))!;
    const count = projection.shape.reduce((product, size) => product * size, 1);
    const tensor = (): AttackedTensor => ({
      ...projection,
      values: sampleValues(count, 1),
      readBase: () => Promise.resolve(sampleValues(count, 2)),
      readOther: () => Promise.resolve(sampleValues(count, 3)),
    });
    for (const name of attackNames.filter((each) => kindOfAttack(each) === 'weights')) {
      const attack = openAttack(readAttack(name)!);
      assert.ok(attack.kind === 'weights');
      const given = tensor();
      const after = await (await attack.plan(loot, watch))(given);
      assert.deepEqual(given.values, sampleValues(count, 1));
      assert.equal(after.length, count);
      assert.ok(after.every(Number.isFinite), name);
      assert.notDeepEqual(after, given.values, name);
      assert.deepEqual(await (await attack.plan(loot, watch))(tensor()), after, name);
    }
  });

  it('that prunes or stores in 8-bit floating point leaves vectors and the matrices of the vocabulary alone', async () => {
    const loot = await makeLoot();
    const [embedding] = loot.marked.loaded.parameters;
    for (const name of ['prune', 'fp8', 'wanda', 'abliterate']) {
      const attack = openAttack(readAttack(name)!);
      assert.ok(attack.kind === 'weights');
      const change = await attack.plan(loot, watch);
      for (const parameter of [embedding!, { ...embedding!, shape: [64], role: 'norm' as const }]) {
        const values = sampleValues(64, 1);
        const [readBase, readOther] = [() => Promise.resolve(values), () => Promise.resolve(values)];
        assert.equal(await change({ ...parameter, values, readBase, readOther }), values, name);
      }
    }
  });
});
