import type { Device } from '../contract/devices';

/** What people call a device. */
export const deviceNames: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'Graphics card with WebGPU',
  cuda: 'Graphics card with CUDA',
  dml: 'Graphics card with DirectML',
  coreml: 'Apple Neural Engine or graphics card with Core ML',
};

/** What the first version called a device, in whose journals a note begins with it. */
export const formerDeviceNames: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'Graphics card by WebGPU',
  cuda: 'Graphics card by CUDA',
  dml: 'Graphics card by DirectML',
  coreml: 'Apple Neural Engine or graphics card by Core ML',
};
