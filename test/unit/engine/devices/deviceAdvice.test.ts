import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { adviseOn } from '../../../../src/engine/devices/deviceAdvice';
import { readSystemFacts, type SystemFacts } from '../../../../src/engine/devices/systemFacts';

const libraries = [
  'libcuda.so.1',
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcufft.so.11',
  'libcurand.so.10',
  'libcudnn.so.9',
  'libvulkan.so.1',
];
const parts = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

interface Wanting {
  readonly libraries?: readonly string[];
  readonly files?: readonly string[];
}

/** A Linux machine with an NVIDIA card and everything installed, except for what is named. */
function machine(missing: Wanting = {}, changes: Partial<SystemFacts> = {}): SystemFacts {
  const files = ['/rt/script/install.js', ...parts.map((part) => join('/rt/bin', part))];
  return {
    platform: 'linux',
    arch: 'x64',
    runtimeVersion: '1.30.0',
    packageFolder: '/rt',
    librariesFolder: '/rt/bin',
    cards: [],
    cardFiles: [{ path: '/dev/nvidia0', isUsable: true }],
    hasFile: (path) => files.includes(path) && !(missing.files ?? []).some((name) => path.endsWith(name)),
    canLoad: (library) => libraries.includes(library) && !(missing.libraries ?? []).includes(library),
    ...changes,
  };
}

const notLoaded = 'Failed to load shared library';
const noAdapter = 'Failed to get a WebGPU adapter: No supported adapters';

describe('advice on CUDA', () => {
  it('asks for the driver before anything is downloaded', () => {
    const bare = machine({ libraries, files: parts }, { cardFiles: [] });
    const { fault, fix, commands } = adviseOn('cuda', notLoaded, bare);
    assert.match(fault, /driver \(libcuda\.so\.1\) is not found/);
    assert.match(fix, /525 or newer.*container.*CUDA cannot work without an NVIDIA card/);
    assert.deepEqual(commands, []);
    assert.doesNotMatch(adviseOn('cuda', notLoaded, machine({ libraries })).fix, /container/);
  });

  it('names the command that downloads the missing part, how much it is and from whom', () => {
    for (const part of parts) {
      const { fault, fix, commands } = adviseOn('cuda', notLoaded, machine({ files: [part] }));
      assert.match(fault, /CUDA part of onnxruntime is not installed/);
      assert.match(
        fix,
        /250 MB from Microsoft's NuGet package Microsoft\.ML\.OnnxRuntime\.Gpu\.Linux 1\.30\.0/,
      );
      assert.deepEqual(commands, ['node /rt/script/install.js --onnxruntime-node-install=cuda12']);
    }
  });

  it('says which of the other libraries are missing too, so that nothing is downloaded in vain', () => {
    const { fix } = adviseOn('cuda', notLoaded, machine({ files: parts, libraries: ['libcudnn.so.9'] }));
    assert.match(fix, /Also missing: libcudnn\.so\.9\. Install cuDNN 9 for CUDA 12/);
  });

  it('lets the packaged extension, which has no script, copy the part from an installation by npm', () => {
    const librariesFolder = "/home/o'hara/ext/bin";
    const packaged = machine({ files: [...parts, 'install.js'] }, { librariesFolder });
    const { fix, commands } = adviseOn('cuda', notLoaded, packaged);
    assert.match(fix, /empty folder.*Each update of the extension removes them/);
    assert.deepEqual(commands, [
      'npm install --prefix . --ignore-scripts onnxruntime-node@1.30.0',
      'node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install=cuda12',
      `cp ${parts
        .map((part) => join('node_modules/onnxruntime-node/bin/napi-v6/linux/x64', part))
        .join(' ')} '/home/o'\\''hara/ext/bin'`,
    ]);
  });

  it('names the libraries that are missing, and what they belong to', () => {
    const both = adviseOn('cuda', notLoaded, machine({ libraries: ['libcufft.so.11', 'libcudnn.so.9'] }));
    assert.equal(both.fault, 'these libraries were not found: libcufft.so.11, libcudnn.so.9');
    assert.match(both.fix, /^Install the CUDA 12 toolkit and cuDNN 9 for CUDA 12 .*LD_LIBRARY_PATH\.$/);
    const one = adviseOn('cuda', notLoaded, machine({ libraries: ['libcublas.so.12'] }));
    assert.match(one.fix, /^Install the CUDA 12 toolkit from NVIDIA/);
  });

  it('advises to download the part again when all is present but does not load', () => {
    const { fault, commands } = adviseOn('cuda', notLoaded, machine());
    assert.match(fault, /damaged or has the wrong version/);
    assert.equal(commands.length, 1);
  });

  it('reads the number of a CUDA failure', () => {
    const table: [fault: string, fix: RegExp][] = [
      ['CUDA failure 2: out of memory', /memory is full/],
      ['CUDA failure 35: driver version is insufficient', /driver to version 525/],
      ['CUDA failure 100: no CUDA-capable device is detected', /CUDA_VISIBLE_DEVICES/],
      ['CUDA failure 209: no kernel image is available', /use WebGPU/],
      ['something else', /Update NVIDIA's driver/],
    ];
    for (const [fault, fix] of table) {
      const advice = adviseOn('cuda', fault, machine());
      assert.equal(advice.fault, fault);
      assert.match(advice.fix, fix);
    }
  });
});

describe('advice on WebGPU on Linux', () => {
  it('looks for the loader, a card, the right to use it, and then a driver', () => {
    const advise = (facts: SystemFacts) => adviseOn('webgpu', noAdapter, facts);
    assert.match(advise(machine({ libraries: ['libvulkan.so.1'] })).fix, /libvulkan1/);
    assert.match(advise(machine({}, { cardFiles: [] })).fault, /no graphics card is visible/);
    const cardFiles = [{ path: '/dev/dri/renderD128', isUsable: false }];
    const forbidden = advise(machine({}, { cardFiles }));
    assert.match(forbidden.fault, /may not use the graphics card \(\/dev\/dri\/renderD128\)/);
    assert.deepEqual(forbidden.commands, ['sudo usermod -aG render "$USER"']);
    assert.match(advise(machine()).fix, /mesa-vulkan-drivers/);
  });
});

describe('advice on other devices', () => {
  it('names what the system provides', () => {
    const windows = machine({}, { platform: 'win32' });
    assert.match(adviseOn('dml', 'no adapter', windows).fix, /Windows 10 version 1903.*driver/);
    assert.match(adviseOn('webgpu', noAdapter, windows).fix, /Update the graphics card's driver/);
    const mac = machine({}, { platform: 'darwin' });
    assert.match(adviseOn('webgpu', noAdapter, mac).fix, /Update macOS/);
    assert.match(adviseOn('coreml', 'it takes no such graph', mac).fix, /WebGPU or the CPU/);
  });

  it('does not trust a device that computes something else, whatever is installed', () => {
    const fault = 'it computes wrong results (logits: off by 90 % of the largest value)';
    for (const device of ['cuda', 'webgpu', 'dml'] as const)
      assert.match(adviseOn(device, fault, machine()).fix, /driver.*use another device/);
    assert.match(adviseOn('coreml', fault, machine()).fix, /WebGPU or the CPU/);
  });
});

describe('the facts of this system', () => {
  it('say where the runtime is and what the system can load', async () => {
    const facts = await readSystemFacts();
    assert.ok(facts.hasFile(join(facts.packageFolder, 'package.json')));
    assert.ok(facts.hasFile(join(facts.librariesFolder, 'onnxruntime_binding.node')));
    assert.match(facts.runtimeVersion, /^\d+\.\d+\.\d+/);
    assert.equal(facts.canLoad('libnothing-of-the-kind.so.1'), false);
    if (process.platform === 'linux') assert.equal(facts.canLoad('libc.so.6'), true);
  });
});
