// The tests of test/webgpu, on this machine's graphics card or on one in software. They run in their own
// process, because the environment at its start decides the Vulkan driver.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/common.mjs';
import { runTests, type Counts } from './nodeTests';
import { ensureSystemTools, findSwiftShader, softwareAdapter } from './systemTools';

interface Adapter {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs these bundled test files. The returned name says what they ran on.
 * @param keepsOutput as of runTests
 * @throws {Error} when there is no adapter and none is available
 */
export async function runWebgpuTests(
  files: readonly string[],
  keepsOutput: boolean,
): Promise<Counts & { readonly name: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-webgpu-'));
  try {
    const { name, env } = chooseAdapter(folder);
    return { name, ...(await runTests(files, { env, keepsOutput })) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A user's choice or a graphics card is used as it is; only if there is neither, SwiftShader replaces them. */
function chooseAdapter(runtimeFolder: string): Adapter {
  const own = checkAdapter();
  if (own === undefined) return { name: 'WebGPU on the adapter of this machine', env: {} };
  const chosen = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES'].find((name) => process.env[name]);
  if (chosen) throw new Error(`The adapter that ${chosen} names cannot be used: ${own}`);
  if (process.platform !== 'linux') throw new Error(`This machine has no WebGPU adapter: ${own}`);
  ensureSystemTools(softwareAdapter, 'The tests of WebGPU');
  const driver = findSwiftShader()!;
  const env = {
    VK_ICD_FILENAMES: driver,
    // Mesa's drivers need this directory, and complain on stderr without it.
    ...(process.env.XDG_RUNTIME_DIR ? {} : { XDG_RUNTIME_DIR: runtimeFolder }),
  };
  const fault = checkAdapter(env);
  if (fault !== undefined) throw new Error(`SwiftShader (${driver}) cannot be used: ${fault}`);
  return { name: 'WebGPU on a software adapter', env };
}

/** Why WebGPU does not work in this environment; undefined when it does. */
function checkAdapter(env: Adapter['env'] = {}): string | undefined {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'out', 'test', 'webgpu', 'checkAdapter.cjs')],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
  if (status === 0) return undefined;
  const lastLine = stderr.trim().split('\n').at(-1);
  return [stdout.trim(), lastLine].find(Boolean) ?? `the check ended with ${signal ?? String(status)}`;
}
