import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readGraphicsCards, type GraphicsCard } from './graphicsMemory';
import { findRuntimeFolders, runtimeVersion, type RuntimeFolders } from '../runtime';

/** The facts for advice on a device that does not work; tests substitute made-up machines. */
export interface SystemFacts extends RuntimeFolders {
  readonly platform: string;
  readonly arch: string;
  /** Of onnxruntime. */
  readonly runtimeVersion: string;
  readonly cards: readonly GraphicsCard[];
  /** The files that the system offers to programs that use graphics cards (Linux), and whether this user may use them. */
  readonly cardFiles: readonly { readonly path: string; readonly isUsable: boolean }[];
  hasFile(path: string): boolean;
  /** Whether the system finds a shared library with all its dependencies. */
  canLoad(library: string): boolean;
}

/** Reads the facts of this computer. */
export async function readSystemFacts(): Promise<SystemFacts> {
  return {
    ...findRuntimeFolders(),
    platform: process.platform,
    arch: process.arch,
    runtimeVersion,
    cards: await readGraphicsCards(),
    cardFiles: listCardFiles(),
    hasFile: existsSync,
    canLoad,
  };
}

/** Render nodes of the kernel's drivers, those of NVIDIA's own driver, and that of Windows' card in WSL. */
export function listCardFiles(): SystemFacts['cardFiles'] {
  const paths = [
    ...listFolder('/dev/dri').filter((path) => /\/renderD\d+$/.test(path)),
    ...listFolder('/dev').filter((path) => /\/(nvidia\d+|dxg)$/.test(path)),
  ];
  return paths.map((path) => ({ path, isUsable: isUsable(path) }));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks the system's own loader, which knows its paths better than we do. Node loads the library, finds that
 * it is no addon and unloads it; that error differs from all others.
 */
function canLoad(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Module did not self-register');
  }
}
