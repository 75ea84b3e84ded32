// axe-core, to be run in the page that it checks.
import type axeCore from 'axe-core';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/common.mjs';

declare global {
  interface Window {
    /** Exists once the script below has run. */
    readonly axe: typeof axeCore;
  }
}

/** The script that a page runs first. */
export const axeScript = readFileSync(join(root, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
