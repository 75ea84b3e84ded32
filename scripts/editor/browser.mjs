// Headless Chromium with an empty profile of its own, in which the workbench is shown.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../systemTools.mjs';

const switches = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Opens a browser window of a size in CSS pixels. Returns { page, context, close() }. */
export async function openBrowser({ width = 1280, height = 800 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-browser-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.on('exit', remove);
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: findBrowser(),
    viewport: { width, height },
    locale: 'en-US',
    args: switches,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  // Only loopback is reachable, so that nothing waits for a name that does not resolve.
  await context.route(/^https?:\/\/(?!127\.0\.0\.1[:/])/, (route) => route.abort());
  const page = context.pages()[0] ?? (await context.newPage());
  const close = async () => {
    await context.close();
    remove();
    process.off('exit', remove);
  };
  return { page, context, close };
}
