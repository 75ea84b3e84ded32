// Headless Chromium with an empty profile of its own, to show the workbench.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../systemTools';

export interface BrowserWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  close(): Promise<void>;
}

const switches = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** The inner size of a window, in CSS pixels. */
export interface WindowSize {
  readonly width?: number;
  readonly height?: number;
}

/** Opens a browser window of a size. */
export async function openBrowser({ width = 1280, height = 800 }: WindowSize = {}): Promise<BrowserWindow> {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-browser-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
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
  const close = async (): Promise<void> => {
    await context.close();
    remove();
    process.off('exit', remove);
  };
  return { page, context, close };
}
