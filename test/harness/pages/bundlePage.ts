// A webview's page as the extension ships it, for the browser of the tests.
import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import type { PageResources } from '../../../src/vscode/pages/webviewPage';
import { origin } from './webviewPage';

export interface BundledPage {
  /** The addresses of what the page's frame loads. */
  readonly resources: PageResources;
  /** The paths of the page's script and sheet, by those addresses. */
  readonly files: Readonly<Record<string, string>>;
}

/** Bundles webview/NAME.ts, or another entry in webview, into a folder. */
export function bundlePage(name: string, folder: string, entry = `${name}.ts`): BundledPage {
  buildSync({
    absWorkingDir: root,
    entryPoints: [`webview/${entry}`],
    outdir: folder,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
  const script = `/${name}.js`;
  const style = `/${name}.css`;
  return {
    resources: { nonce: 'n0nce', cspSource: origin, script, style, codicons: '/codicon.css' },
    files: { [script]: join(folder, `${name}.js`), [style]: join(folder, `${name}.css`) },
  };
}
