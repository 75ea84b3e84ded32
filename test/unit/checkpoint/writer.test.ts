import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/checkpoint/checkpoint';
import { decodeTensor } from '../../../src/checkpoint/weights/dtypes';
import { digestCheckpoint } from '../../../src/checkpoint/identity';
import { assertEnoughSpace } from '../../../src/checkpoint/outputFolder';
import { readTensor, readTensorBytes } from '../../../src/checkpoint/weights/tensorData';
import { writeCheckpoint, type ChangedTensors } from '../../../src/checkpoint/writer';
import { chatModel, inFolder, sampleModel, shardedModel, userError, withCopy } from './folders';

const noChanges: ChangedTensors = new Map();

async function listNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

describe('a written checkpoint', () => {
  for (const from of [sampleModel, chatModel, shardedModel])
    it(`has the same files, bytes and digest when nothing changed: ${from}`, () =>
      inFolder(async (folder) => {
        const source = await openCheckpoint(from);
        const out = join(folder, 'out');
        const { notCarried } = await writeCheckpoint({ source, out, changed: noChanges });
        const golden = from === shardedModel ? ['golden.safetensors'] : [];
        assert.deepEqual(notCarried, golden);
        const names = (await readdir(from)).filter((name) => !golden.includes(name)).sort();
        assert.deepEqual(await listNames(out), names);
        for (const name of names)
          assert.ok((await readFile(join(out, name))).equals(await readFile(join(from, name))), name);
        assert.deepEqual(await digestCheckpoint(await openCheckpoint(out)), await digestCheckpoint(source));
        assert.deepEqual(await readdir(folder), ['out']);
      }));

  for (const [from, name] of [
    [sampleModel, 'model.layers.0.mlp.down_proj.weight'],
    [chatModel, 'model.layers.3.mlp.up_proj.weight'],
    [shardedModel, 'model.layers.1.mlp.down_proj.weight'],
  ] as const)
    it(`differs only in the range of a changed tensor: ${from}`, () =>
      inFolder(async (folder) => {
        const source = await openCheckpoint(from);
        const info = source.tensors.get(name)!;
        const values = (await readTensor(info)).map((value) => value * 1.01 + 0.001);
        const out = join(folder, 'out');
        await writeCheckpoint({ source, out, changed: new Map([[info, () => Promise.resolve(values)]]) });
        const copy = await openCheckpoint(out);
        for (const file of source.weightFiles) {
          const [before, after] = [await readFile(join(from, file)), await readFile(join(out, file))];
          assert.equal(before.length, after.length);
          if (info.path.endsWith(file))
            after.set(before.subarray(info.offset, info.offset + info.byteLength), info.offset);
          assert.ok(before.equals(after), file);
        }
        const written = copy.tensors.get(name)!;
        assert.deepEqual(
          [written.dtype, written.shape, written.offset],
          [info.dtype, info.shape, info.offset],
        );
        const read = await readTensor(written);
        const tolerance = info.dtype === 'BF16' ? 2 ** -8 : 0;
        for (const [index, value] of values.entries())
          assert.ok(Math.abs(read[index]! - value) <= tolerance * Math.abs(value), `value ${index}`);
        assert.notDeepEqual(await readTensorBytes(written), await readTensorBytes(info));
        assert.equal(decodeTensor(await readTensorBytes(written), 'F32').length * 4, info.byteLength);
      }));

  it('carries other files and subfolders, and leaves out secrets and copies of the weights', () =>
    withCopy(sampleModel, async (dir, folder) => {
      const kept = ['README.md', 'LICENSE', 'assets/logo.png', 'tokenizer.model'];
      const left = [
        'my.fpkeys',
        'deep/other.fpkeys',
        'verify.fpreport.json',
        'pytorch_model.bin',
        'pytorch_model.bin.index.json',
        'model.safetensors.index.json',
        'onnx/model.onnx',
        'MODEL-q4.GGUF',
        'adapter.safetensors',
        'flax_model.msgpack',
        'tf_model.h5',
        'original.pth',
        'old.pt',
      ];
      for (const sub of ['assets', 'deep', 'onnx', '.git/lfs', 'model.run'])
        await mkdir(join(dir, sub), { recursive: true });
      for (const name of [...kept, ...left, '.git/lfs/object', 'model.run/journal'])
        await writeFile(join(dir, name), name);
      const source = await openCheckpoint(dir);
      const out = join(folder, 'out');
      const { notCarried } = await writeCheckpoint({ source, out, changed: noChanges });
      assert.deepEqual(notCarried.sort(), [...left, '.git/', 'model.run/'].sort());
      assert.deepEqual(await listNames(out), [...(await readdir(sampleModel)), ...kept].sort());
    }));

  it('leaves out adapters and what is left of a quantisation, and config.json loses only that', () =>
    withCopy(sampleModel, async (dir, folder) => {
      const path = join(dir, 'config.json');
      const config = await readFile(path, 'utf8');
      const left = '\n  "quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": true},';
      await writeFile(path, config.replace('{', `{${left}`));
      const names = ['adapter_config.json', 'adapter_model.safetensors', 'quantize_config.json'];
      for (const name of names) await writeFile(join(dir, name), '{}');
      const source = await openCheckpoint(dir);
      const words = [/an adapter/, /"quantization_config" \("bitsandbytes"\)/, /quantize_config\.json says/];
      assert.equal(source.warnings.length, words.length, source.warnings.join('\n'));
      words.forEach((expected, i) => assert.match(source.warnings[i]!, expected));
      const out = join(folder, 'out');
      let share = 0;
      const { notCarried } = await writeCheckpoint({
        source,
        out,
        changed: noChanges,
        onShare: (done) => void (share = done),
      });
      assert.deepEqual(notCarried.sort(), names);
      assert.equal(share, 1);
      assert.equal(await readFile(join(out, 'config.json'), 'utf8'), config);
      assert.deepEqual((await openCheckpoint(out)).warnings, []);
    }));

  it('holds real files where the source holds links into its cache, and never follows a link out of it', () =>
    inFolder(async (folder) => {
      const [blobs, snapshot] = [join(folder, 'blobs'), join(folder, 'snapshots', 'abc')];
      await mkdir(blobs);
      await mkdir(snapshot, { recursive: true });
      for (const name of await readdir(sampleModel)) {
        await writeFile(join(blobs, `${name}-blob`), await readFile(join(sampleModel, name)));
        await symlink(`../../blobs/${name}-blob`, join(snapshot, name));
      }
      await writeFile(join(folder, 'private.txt'), 'secret');
      await symlink('../../private.txt', join(snapshot, 'NOTES.md'));
      const source = await openCheckpoint(snapshot);
      const out = join(folder, 'out');
      const { notCarried } = await writeCheckpoint({ source, out, changed: noChanges });
      assert.deepEqual(notCarried, ['NOTES.md']);
      assert.deepEqual(await listNames(out), (await readdir(sampleModel)).sort());
      await assert.rejects(readlink(join(out, 'model.safetensors')));
    }));
});

describe('a checkpoint is not written', () => {
  it('over anything that exists, into its own source, or below a folder that does not exist', () =>
    withCopy(sampleModel, async (dir, folder) => {
      const source = await openCheckpoint(dir);
      const write = (out: string) => writeCheckpoint({ source, out, changed: noChanges });
      const before = await listNames(folder);
      await symlink('nowhere', join(folder, 'dangling'));
      await assert.rejects(write(dir), userError('output-exists'));
      await assert.rejects(write(join(folder, 'dangling')), userError('output-exists'));
      await assert.rejects(write(join(dir, 'marked')), userError('output-inside-source'));
      await assert.rejects(write(join(folder, 'none', 'out')), userError('no-such-folder'));
      assert.deepEqual(await listNames(folder), before);
    }));

  it('on a disk that is too full, in numbers', () => {
    assertEnoughSpace(1000, 1000, 'out');
    assert.throws(
      () => assertEnoughSpace(16_060_000_001, 2_499_999_999, '/data/out'),
      userError('disk-full', /\/data\/out: 16\.07 GB are needed, 2\.49 GB are free/),
    );
  });

  it('when cancelled, or when a source is cut short under it: nothing stays behind', () =>
    withCopy(sampleModel, async (dir, folder) => {
      const source = await openCheckpoint(dir);
      const out = join(folder, 'out');
      const cancelled = writeCheckpoint({ source, out, changed: noChanges, signal: AbortSignal.abort() });
      await assert.rejects(cancelled, { name: 'Cancelled' });
      await writeFile(join(dir, 'model.safetensors'), 'short');
      const norm = source.tensors.get('model.norm.weight')!;
      const changed = new Map([[norm, () => Promise.resolve(new Float32Array(128))]]);
      await assert.rejects(writeCheckpoint({ source, out, changed }), userError('truncated-file'));
      assert.deepEqual(await readdir(folder), ['model']);
    }));

  it('when a killed run left half of one: the rest is cleared and the whole written', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, '.out.partial'));
      await writeFile(join(folder, '.out.partial', 'model.safetensors'), 'half');
      const source = await openCheckpoint(sampleModel);
      await writeCheckpoint({ source, out: join(folder, 'out'), changed: noChanges });
      assert.deepEqual(await readdir(folder), ['out']);
      assert.equal((await openCheckpoint(join(folder, 'out'))).tensors.size, source.tensors.size);
    }));

  it('with tensors that do not belong to it, which is a fault of the program', () =>
    inFolder(async (folder) => {
      const source = await openCheckpoint(sampleModel);
      const norm = source.tensors.get('model.norm.weight')!;
      for (const [tensor, length] of [
        [{ ...norm, name: 'no.such.tensor' }, 128],
        [{ ...norm, offset: norm.offset + 4 }, 128],
        [{ ...norm, path: source.dir }, 128],
        [norm, 127],
      ] as const) {
        const changed = new Map([[tensor, () => Promise.resolve(new Float32Array(length))]]);
        await assert.rejects(writeCheckpoint({ source, out: join(folder, 'out'), changed }), {
          name: 'Error',
        });
      }
      assert.deepEqual(await readdir(folder), []);
    }));
});
