import type { Device } from '../contract/devices';

/** What people call a device. */
export const deviceNames: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'Graphics card by WebGPU',
  cuda: 'Graphics card by CUDA',
  dml: 'Graphics card by DirectML',
  coreml: 'Apple Neural Engine or graphics card by Core ML',
};
