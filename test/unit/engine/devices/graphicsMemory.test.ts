import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGraphicsCards } from '../../../../src/engine/devices/graphicsMemory';

const mebibyte = 1024 * 1024;
const read = (text: string) => readGraphicsCards(() => Promise.resolve(text));

describe("the memory of NVIDIA's cards", () => {
  it('is read from nvidia-smi, card by card, in bytes', async () => {
    const asked: string[] = [];
    const cards = await readGraphicsCards((program, args) => {
      asked.push(program, ...args);
      return Promise.resolve('NVIDIA GeForce RTX 4090, 24564, 23028\nNVIDIA H100 PCIe, 81559, 81079\n');
    });
    assert.deepEqual(asked, [
      'nvidia-smi',
      '--query-gpu=name,memory.total,memory.free',
      '--format=csv,noheader,nounits',
    ]);
    assert.deepEqual(cards, [
      { name: 'NVIDIA GeForce RTX 4090', totalBytes: 24564 * mebibyte, freeBytes: 23028 * mebibyte },
      { name: 'NVIDIA H100 PCIe', totalBytes: 81559 * mebibyte, freeBytes: 81079 * mebibyte },
    ]);
    assert.equal((await read('Tesla T4, 15360, 15101\r\n')).length, 1);
  });

  it('is unknown where the program is missing, fails or prints something else', async () => {
    assert.deepEqual(await readGraphicsCards(() => Promise.reject(new Error('ENOENT'))), []);
    for (const text of [
      '',
      'No devices were found\n',
      'Tesla T4, [N/A], [N/A]\n',
      'Tesla T4, 15360 MiB, 15101 MiB\n',
      'Tesla T4, 15360\n',
      'Tesla T4, 100, 200\n',
      'Tesla T4, 15360, 15101\nsomething else\n',
    ])
      assert.deepEqual(await read(text), [], text);
  });
});
