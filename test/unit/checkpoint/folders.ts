import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const sampleModel = 'media/sample-model';
export const chatModel = 'test/fixtures/models/chat-5M';
export const shardedModel = 'test/fixtures/architectures/llama-bias-headdim';

/** Runs `work` in a new folder that is removed afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'checkpoint-test-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `work` with a copy of a checkpoint in a new folder. */
export async function withCopy(
  from: string,
  work: (dir: string, folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const dir = join(folder, 'model');
    await cp(from, dir, { recursive: true });
    await work(dir, folder);
  });
}

/** A safetensors file from a header (text or value) and its data. */
export function buildSafetensors(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, data]);
}

/** Writes a one-tensor checkpoint of F32 values. */
export async function writeTinyCheckpoint(dir: string, values: readonly number[]): Promise<void> {
  const data = new Uint8Array(new Float32Array(values).buffer);
  const header = { w: { dtype: 'F32', shape: [values.length], data_offsets: [0, data.length] } };
  await writeFile(join(dir, 'model.safetensors'), buildSafetensors(header, data));
  await writeFile(join(dir, 'config.json'), '{"model_type":"llama"}');
}

/** For assert.rejects: a UserError with this reason, whose sentence and next step match. */
export function userError(reason: string, message = /./, next = /./) {
  return { name: 'UserError', reason, message, next };
}
