import { chooseDevice } from '../../src/engine/devices/chooseDevice';

// Ends with 0 where WebGPU computes a small known result, and otherwise says why it does not.
chooseDevice('webgpu').catch((error: unknown) => {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
