import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderDevicesPage } from '../../../src/vscode/devicesPage';
import type { DoctorReport } from '../../../src/contract/declarations/doctor';

const report: DoctorReport = {
  tool: '0.1.0',
  node: '20.10.0',
  onnxruntime: '1.30.0',
  platform: 'linux',
  arch: 'x64',
  threads: 8,
  memory: { totalBytes: 16e9, freeBytes: 4e9 },
  cards: [{ name: 'NVIDIA <Fake>', totalBytes: 8e9, freeBytes: 7e9 }],
  devices: [
    { device: 'cpu', name: 'CPU', state: 'works', isChosen: true },
    {
      device: 'cuda',
      name: 'Graphics card with CUDA',
      state: 'failed',
      fault: 'libonnxruntime_providers_cuda.so is not there',
      fix: 'Install it.',
      commands: ['node install.js', 'cp a b'],
    },
    { device: 'dml', name: 'Graphics card with DirectML', state: 'not offered', where: 'on Windows' },
  ],
  auto: { device: 'cpu', reason: 'CPU: no graphics card could be used (cuda: it failed).' },
};

describe('the page of the devices', () => {
  const page = renderDevicesPage(report);

  it('says first what models run on, and why on nothing better', () => {
    assert.match(page, /^# Devices of this machine\n\n\*\*Models run on: CPU\*\*/);
    assert.ok(page.includes('CPU: no graphics card could be used (cuda: it failed).'));
  });

  it('has a section for every device, with commands to copy', () => {
    assert.ok(page.includes('## CPU (`cpu`)\n\nWorks. `auto` uses it.'));
    assert.ok(page.includes('How to fix it: Install it.\n\n```sh\nnode install.js\ncp a b\n```'));
    assert.ok(page.includes('Not offered on this system; it is on Windows.'));
  });

  it('escapes whatever a machine reports', () => {
    assert.ok(page.includes('NVIDIA &lt;Fake&gt;'));
    assert.ok(page.includes('libonnxruntime\\_providers\\_cuda.so'));
  });
});
