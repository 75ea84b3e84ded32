import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildCheckGraph } from '../../../../src/engine/devices/checkGraph';
import { checkDevice, type OpenSession } from '../../../../src/engine/devices/deviceCheck';
import { openSession, type Session, type Tensor } from '../../../../src/engine/runtime';

type Results = Record<string, Float32Array>;

/** A device that computes on the CPU and then does something to the results. */
function deviceThat(spoil: (results: Results) => Results, closed: string[] = []): OpenSession {
  return async (graph) => {
    const session = await openSession(graph, { device: 'cpu' });
    const run: Session['run'] = async (...given) => spoil(await session.run(...given));
    const close = (): Promise<void> => {
      closed.push('closed');
      return session.close();
    };
    return { ...session, run, close };
  };
}

const changed = (name: string, change: (values: Float32Array) => Float32Array) =>
  deviceThat((results) => ({ ...results, [name]: change(results[name]!) }));
const gradient = 'gradient.model.layers.0.self_attn.q_proj.weight';

/** The nearest numbers with the 11 significant bits of TF32. */
function roundToTf32(values: Float32Array): Float32Array {
  const rounded = Float32Array.from(values);
  const bits = new Uint32Array(rounded.buffer);
  bits.forEach((pattern, i) => (bits[i] = (pattern + 0x1000) & ~0x1fff));
  return rounded;
}

/** A device that reads every weight so. */
const openRounded: OpenSession = async () => {
  const { graph } = buildCheckGraph();
  for (const { type, shape, storage } of graph.initializers) {
    if (type !== 'float32' || shape.length === 0 || !('bytes' in storage)) continue;
    const { buffer, byteOffset, byteLength } = storage.bytes;
    const values = new Float32Array(buffer, byteOffset, byteLength / 4);
    values.set(roundToTf32(values));
  }
  const session = await openSession(graph, { device: 'cpu' });
  const round = (tensor: Tensor): Tensor =>
    tensor.type === 'float32' ? { ...tensor, data: roundToTf32(tensor.data) } : tensor;
  const run: Session['run'] = (inputs, ...rest) =>
    session.run(
      Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, round(tensor)])),
      ...rest,
    );
  return { ...session, run };
};

describe('the check of a device', () => {
  it('passes the CPU, and a device that multiplies in TF32', async () => {
    await checkDevice('cpu');
    await checkDevice('cuda', { open: openRounded });
  });

  it('passes the CPU in half precision, and finds what is wrong there too', async () => {
    await checkDevice('cpu', { precision: 'half' });
    const negated = changed(gradient, (values) => values.map((value) => -value));
    await assert.rejects(checkDevice('webgpu', { precision: 'half', open: negated }), /off by 200 %/);
  });

  it('finds a wrong gradient, and says which and by how much', async () => {
    const negated = changed(gradient, (values) => values.map((value) => -value));
    await assert.rejects(checkDevice('webgpu', { open: negated }), {
      message: `it computes wrong results (${gradient}: off by 200 % of the largest value)`,
    });
    const zeros = changed('gradient.model.embed_tokens.weight', (values) => values.map(() => 0));
    await assert.rejects(checkDevice('webgpu', { open: zeros }), /embed_tokens.weight: off by 100 %/);
  });

  it('finds one wrong value among right ones', async () => {
    const one = changed('logits', (values) => values.map((value, i) => (i === 7 ? value + 1 : value)));
    await assert.rejects(checkDevice('dml', { open: one }), /logits: off by \d+ %/);
  });

  it('finds values that are not finite, missing or too few', async () => {
    const broken: [Float32Array, RegExp][] = [
      [Float32Array.of(NaN), /loss: values that are not finite/],
      [Float32Array.of(Infinity), /loss: values that are not finite/],
      [new Float32Array(0), /loss: the wrong number of values/],
    ];
    for (const [loss, words] of broken)
      await assert.rejects(checkDevice('cuda', { open: changed('loss', () => loss) }), words);
    const silent = deviceThat(() => ({}));
    await assert.rejects(checkDevice('cuda', { open: silent }), /logits: the wrong number of values/);
  });

  it('finds a device that fixes the sizes of its first run', async () => {
    let first: Results | undefined;
    await assert.rejects(
      checkDevice('coreml', { open: deviceThat((results) => (first ??= results)) }),
      /wrong number/,
    );
  });

  it("passes a device's error on, and closes what it opened", async () => {
    const failing = (): Promise<Session> => Promise.reject(new Error('no adapter'));
    await assert.rejects(checkDevice('webgpu', { open: failing }), { message: 'no adapter' });
    const closed: string[] = [];
    const stumbling = deviceThat(() => {
      throw new Error('device lost');
    }, closed);
    await assert.rejects(checkDevice('webgpu', { open: stumbling }), { message: 'device lost' });
    assert.deepEqual(closed, ['closed']);
  });

  it('contains the operators of models and losses, with sizes known only at run time', () => {
    const { graph } = buildCheckGraph();
    const operators = new Set(graph.nodes.map(({ operator }) => operator));
    for (const operator of [
      'Gemm',
      'MatMul',
      'RotaryEmbedding',
      'Softmax',
      'Gather',
      'ScatterND',
      'ReduceMax',
    ])
      assert.ok(operators.has(operator), operator);
    assert.ok(graph.nodes.some(({ operator, attributes }) => operator === 'Gemm' && attributes.transB === 1));
    assert.deepEqual(graph.inputs.find(({ name }) => name === 'ids')?.shape, ['batch', 'length']);
    assert.equal(graph.outputs.filter(({ name }) => name.startsWith('gradient.')).length, 4);
  });
});
