import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  chooseDevice,
  probeDevices,
  surveyDevices,
  type Machine,
} from '../../../../src/engine/devices/chooseDevice';
import type { Device } from '../../../../src/contract/devices';

function machine(
  devices: readonly Device[],
  broken: readonly Device[] = [],
  platform = 'linux',
): Machine & { readonly checked: Device[] } {
  const checked: Device[] = [];
  const check = (device: Device): Promise<void> => {
    checked.push(device);
    return broken.includes(device) ? Promise.reject(new Error('no adapter.\nmore')) : Promise.resolve();
  };
  return { devices, platform, check, checked, objection: () => undefined };
}

describe('choosing a device', () => {
  it('takes the CPU at once when it is named', async () => {
    const none = machine(['cpu', 'cuda']);
    assert.equal((await chooseDevice('cpu', none)).device, 'cpu');
    assert.deepEqual(none.checked, []);
  });

  it('prefers CUDA, on Windows then DirectML, and tries only available devices', async () => {
    const linux = machine(['cpu', 'webgpu', 'cuda'], ['cuda']);
    assert.equal((await chooseDevice('auto', linux)).device, 'webgpu');
    assert.deepEqual(linux.checked, ['cuda', 'webgpu']);
    const windows = machine(['cpu', 'webgpu', 'dml'], [], 'win32');
    assert.equal((await chooseDevice('auto', windows)).device, 'dml');
  });

  it('skips a device with an objection, unless it is named', async () => {
    const objecting = {
      ...machine(['cpu', 'webgpu']),
      objection: (device: Device) => (device === 'webgpu' ? 'only in software' : undefined),
    };
    assert.deepEqual(await chooseDevice('auto', objecting), {
      device: 'cpu',
      reason: 'CPU: no graphics card could be used (webgpu: only in software).',
    });
    assert.equal((await chooseDevice('webgpu', objecting)).device, 'webgpu');
  });

  it('falls back to the CPU and says what was tried', async () => {
    assert.deepEqual(await chooseDevice('auto', machine(['cpu', 'webgpu'], ['webgpu'])), {
      device: 'cpu',
      reason: 'CPU: no graphics card could be used (webgpu: no adapter).',
    });
    assert.match((await chooseDevice('auto', machine(['cpu']))).reason, /^CPU: .*no other device/);
  });

  it('does not replace a named device', async () => {
    await assert.rejects(chooseDevice('cuda', machine(['cpu', 'cuda'], ['cuda'])), {
      reason: 'device-failed',
      message: 'The device "cuda" was requested, but it cannot be used: no adapter.',
    });
    await assert.rejects(chooseDevice('coreml', machine(['cpu'])), { reason: 'device-failed' });
  });
});

describe('why a device does not work', () => {
  const broken = {
    ...machine(['cpu', 'cuda'], ['cuda']),
    explain: (device: Device, fault: string) => Promise.resolve(`${device} explains "${fault}"`),
  };

  it('is in the same words in a choice, a refusal and the list of devices', async () => {
    const words = 'cuda explains "no adapter"';
    assert.ok((await chooseDevice('auto', broken)).reason.includes(words));
    await assert.rejects(chooseDevice('cuda', broken), (error: Error) => error.message.includes(words));
    assert.equal((await probeDevices(broken)).find(({ device }) => device === 'cuda')?.fault, words);
  });

  it('stays as onnxruntime says it where it is explained later', async () => {
    const { devices } = await surveyDevices(broken);
    assert.equal(devices.find(({ device }) => device === 'cuda')?.fault, 'no adapter');
  });
});

describe('trying every device', () => {
  it('says which ones work, why the others do not, and which one is taken', async () => {
    assert.deepEqual(await probeDevices(machine(['cpu', 'webgpu', 'cuda'], ['cuda'])), [
      { device: 'cpu', name: 'CPU', isChosen: false },
      { device: 'webgpu', name: 'Graphics card with WebGPU', isChosen: true },
      { device: 'cuda', name: 'Graphics card with CUDA', fault: 'no adapter', isChosen: false },
    ]);
  });

  it('tries each one once, and does not take one that computes something else', async () => {
    const mac = machine(['cpu', 'webgpu', 'coreml'], ['coreml'], 'darwin');
    const { devices, choice } = await surveyDevices(mac);
    assert.deepEqual(mac.checked.toSorted(), ['coreml', 'cpu', 'webgpu']);
    assert.equal(devices.find(({ device }) => device === 'coreml')?.fault, 'no adapter');
    assert.deepEqual(choice, {
      device: 'webgpu',
      reason: 'Graphics card with WebGPU: it computes correctly and is the first choice.',
    });
  });

  it("reports a CUDA call's error without its position in the source code", async () => {
    const text =
      '/src/cuda_call.cc:131 bool CudaCall(int) [with T = int] CUDA failure 35: driver too old ; GPU=-1 ; hostname=host ; expr=cudaSetDevice(0);';
    const check = (device: Device): Promise<void> =>
      device === 'cpu' ? Promise.resolve() : Promise.reject(new Error(text));
    const { devices } = await surveyDevices({ ...machine(['cpu', 'cuda']), check });
    assert.equal(devices[1]?.fault, 'CUDA failure 35: driver too old');
  });
});
