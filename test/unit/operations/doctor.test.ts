import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Machine } from '../../../src/engine/devices/chooseDevice';
import { readSystemFacts, type SystemFacts } from '../../../src/engine/devices/systemFacts';
import { doctor, examine } from '../../../src/operations/doctor';
import { describeDoctor } from '../../../src/operations/words/doctorWords';
import { context, openWorkshop, type Workshop } from './workshop';

const windows: Machine = {
  devices: ['cpu', 'webgpu', 'dml'],
  platform: 'win32',
  check: (device, precision) =>
    device === 'dml' || precision === 'half'
      ? Promise.reject(new Error('no such adapter.\nmore'))
      : Promise.resolve(),
  objection: () => undefined,
};

describe('the doctor', () => {
  let workshop: Workshop;
  let facts: SystemFacts;
  before(async () => {
    workshop = await openWorkshop();
    facts = await readSystemFacts();
  });
  after(() => workshop.remove());

  it('reports every device that onnxruntime knows, available here or not', async () => {
    const cards = [{ name: 'NVIDIA Fake', totalBytes: 8e9, freeBytes: 7e9 }];
    const report = await examine(windows, { ...facts, platform: 'win32', cards });
    assert.deepEqual(
      report.devices.map(({ device, state }) => [device, state]),
      [
        ['cpu', 'works'],
        ['cuda', 'not offered'],
        ['webgpu', 'works'],
        ['dml', 'failed'],
        ['coreml', 'not offered'],
      ],
    );
    assert.deepEqual(report.auto, {
      device: 'webgpu',
      reason: 'Graphics card with WebGPU: it computes correctly (dml: no such adapter).',
    });
    const lines = describeDoctor(report);
    assert.ok(lines.includes('Graphics card: NVIDIA Fake; memory: 7.0 GB free of 8.0 GB'));
    assert.ok(
      lines.includes(
        'With --device auto: Graphics card with WebGPU: it computes correctly (dml: no such adapter).',
      ),
    );
    assert.ok(lines.includes('  Works, but not in half precision. auto uses it.'));
    assert.ok(lines.includes('  Does not work: no such adapter.'));
    assert.ok(lines.includes('  Not offered on this system; it is on macOS.'));
  });

  it('reports it when not even the CPU computes correctly', async () => {
    const check = (): Promise<void> => Promise.reject(new Error('it computes wrong results (loss: …)'));
    const report = await examine(
      { devices: ['cpu'], platform: 'linux', check, objection: () => undefined },
      facts,
    );
    assert.equal(report.devices[0]?.state, 'failed');
  });

  it('tries the devices of this machine, and a journal can carry what it finds', async () => {
    const phases: string[] = [];
    const report = await doctor.run(doctor.declaration.request.parse({}), {
      ...context(workshop.folder),
      report: (event) => event.type === 'phase' && phases.push(event.phase),
    });
    assert.deepEqual(doctor.declaration.result.parse(JSON.parse(JSON.stringify(report))), report);
    const [cpu] = report.devices;
    assert.equal(cpu?.device, 'cpu');
    assert.equal(cpu.state, 'works');
    assert.ok(phases.includes('trying-cpu'));
    assert.ok(report.memory.freeBytes <= report.memory.totalBytes);
    assert.equal(report.devices.filter((found) => found.state === 'works' && found.isChosen).length, 1);
  });

  it('takes no request, and ends when it is cancelled', async () => {
    assert.equal(doctor.declaration.request.safeParse({ device: 'cuda' }).success, false);
    const signal = AbortSignal.abort();
    await assert.rejects(doctor.run({}, { ...context(workshop.folder), signal }), { name: 'Cancelled' });
  });
});
