#!/usr/bin/env node
// Replaces VS Code's executable. Takes the arguments of @vscode/test-electron, runs the suites of
// --extensionTestsPath inside the extension host of the npm-only VS Code, prints their output, and exits with
// their code.
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/common.mjs';
import { openBrowser, type BrowserWindow } from './browser';
import { startServer, toRemoteUri, toWorkbenchUrl, type Server } from './server';

const limitMs = Number(process.env.FINGERPRINT_EDITOR_LIMIT_MS ?? 300_000);
const printEveryMs = 200;
const linesAfterTrouble = 40;
const noise =
  /Failed to load resource|Manifest fetch|Creating a socket|connection token|bad HTTP response code|open-vsx|sandbox attribute/;

const { flags, folder } = parseArguments(process.argv.slice(2));
const profile = { data: requireFlag('user-data-dir'), extensions: requireFlag('extensions-dir') };
const outputFile = join(profile.data, 'output.txt');
const resultFile = process.env.FINGERPRINT_SUITE_RESULT ?? '';
const pageLines: string[] = [];
let server: Server | undefined;
let browser: BrowserWindow | undefined;
let ending: Promise<never> | undefined;

writeFileSync(outputFile, '');
const output = openSync(outputFile, 'r');
const printer = setInterval(printNew, printEveryMs);
const limit = setTimeout(() => void end(124, `There was no result in ${limitMs / 1000} s.`), limitMs);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));

try {
  server = await startServer(profile, {
    runsTests: true,
    hasTrust: !flags.has('disable-workspace-trust'),
    env: { FINGERPRINT_SUITE_OUTPUT: outputFile },
  });
  browser = await openBrowser();
  await runSuites(server, browser.page);
} catch (error) {
  await end(1, (error as Error).stack);
}

async function runSuites(host: Server, page: Page): Promise<void> {
  page.on('console', (message) => keepLine(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => keepLine(`exception: ${error.message}`));
  page.on('crash', () => void end(1, 'The page crashed.'));
  await page.exposeFunction('codeAutomationLog', () => undefined);
  await page.exposeFunction('codeAutomationExit', (code: number) => {
    // A crashed extension host arrives here too, with code 0: the suites' own result decides.
    const hasEnded = existsSync(resultFile);
    if (hasEnded) void end(code);
    else void end(code || 1, `The extension host ended (${code}) before the suites did.`);
  });
  const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name): [string, string] => [
    name,
    toRemoteUri(host, requireFlag(name)),
  ]);
  if (flags.has('disable-extensions')) payload.push(['disableExtensions', 'true']);
  await page.goto(toWorkbenchUrl(host, folder, payload));
}

/** Ends once, at the first call: prints the rest, reports what went wrong, and leaves no process behind. */
function end(code: number, trouble?: string): Promise<never> {
  return (ending ??= (async () => {
    clearTimeout(limit);
    clearInterval(printer);
    printNew();
    if (trouble) await sayTrouble(trouble);
    await browser?.close().catch(() => undefined);
    await server?.stop();
    closeSync(output);
    process.exit(code);
  })());
}

async function sayTrouble(trouble: string): Promise<void> {
  const serverLines = server?.log().split('\n') ?? [];
  const lines = [...pageLines, ...serverLines.slice(-linesAfterTrouble)];
  process.stderr.write(`${lines.join('\n')}\n${trouble}\n`);
  const shots = join(root, 'out', 'shots');
  mkdirSync(shots, { recursive: true });
  await browser?.page.screenshot({ path: join(shots, 'suites-failed.png') }).catch(() => undefined);
}

function keepLine(line: string): void {
  if (noise.test(line)) return;
  pageLines.push(line);
  if (pageLines.length > linesAfterTrouble) pageLines.shift();
}

function printNew(): void {
  const chunk = Buffer.alloc(2 ** 16);
  for (let size = readSync(output, chunk); size > 0; size = readSync(output, chunk))
    process.stdout.write(Buffer.from(chunk.subarray(0, size)));
}

function requireFlag(name: string): string {
  const value = flags.get(name);
  if (value === undefined) throw new Error(`--${name} is missing.`);
  return value;
}

/** Flags by name, with an empty value where they have none, and the folder to open. */
function parseArguments(args: readonly string[]): { flags: Map<string, string>; folder: string } {
  const flags = new Map<string, string>();
  let folder = '';
  for (const argument of args) {
    const [, name, value = ''] = /^--([^=]+)(?:=(.*))?$/.exec(argument) ?? [];
    if (name === undefined) folder = argument;
    else flags.set(name, value);
  }
  return { flags, folder };
}
