#!/usr/bin/env node
// Stands in for VS Code's executable. It takes the arguments that @vscode/test-electron passes, runs the suites named by
// --extensionTestsPath inside the extension host of the npm-only VS Code, prints what they print, and exits as they say.
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { startServer, toRemoteUri, toWorkbenchUrl } from './server.mjs';
import { root } from '../steps.mjs';

const limitMs = Number(process.env.FINGERPRINT_EDITOR_LIMIT_MS ?? 300_000);
const printEveryMs = 200;
const linesAfterTrouble = 40;
const noise =
  /Failed to load resource|Manifest fetch|Creating a socket|connection token|bad HTTP response code|open-vsx|sandbox attribute/;

const { flags, folder } = parseArguments(process.argv.slice(2));
const profile = { data: flags.get('user-data-dir'), extensions: flags.get('extensions-dir') };
const outputFile = join(profile.data, 'output.txt');
const resultFile = process.env.FINGERPRINT_SUITE_RESULT;
const pageLines = [];
let server, browser, ending;

writeFileSync(outputFile, '');
const output = openSync(outputFile, 'r');
const printer = setInterval(printNew, printEveryMs);
const limit = setTimeout(() => end(124, `There was no result in ${limitMs / 1000} s.`), limitMs);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(130));

try {
  server = await startServer(profile, {
    runsTests: true,
    hasTrust: !flags.has('disable-workspace-trust'),
    env: { FINGERPRINT_SUITE_OUTPUT: outputFile },
  });
  browser = await openBrowser();
  await runSuites(browser.page);
} catch (error) {
  await end(1, error.stack);
}

async function runSuites(page) {
  page.on('console', (message) => keepLine(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => keepLine(`exception: ${error.message}`));
  page.on('crash', () => end(1, 'The page crashed.'));
  await page.exposeFunction('codeAutomationLog', () => undefined);
  await page.exposeFunction('codeAutomationExit', (code) => {
    // An extension host that crashed arrives here too, with code 0: the suites' own word decides.
    const hasEnded = existsSync(resultFile);
    if (hasEnded) end(code);
    else end(code || 1, `The extension host ended (${code}) before the suites did.`);
  });
  const payload = ['extensionDevelopmentPath', 'extensionTestsPath'].map((name) => [
    name,
    toRemoteUri(server, flags.get(name)),
  ]);
  if (flags.has('disable-extensions')) payload.push(['disableExtensions', 'true']);
  await page.goto(toWorkbenchUrl(server, folder, payload));
}

/** Ends once, whoever asks first: prints the rest, says what went wrong, and leaves no process behind. */
function end(code, trouble) {
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

async function sayTrouble(trouble) {
  const serverLines = server?.log().split('\n') ?? [];
  const lines = [...pageLines, ...serverLines.slice(-linesAfterTrouble)];
  process.stderr.write(`${lines.join('\n')}\n${trouble}\n`);
  const shots = join(root, 'out', 'shots');
  mkdirSync(shots, { recursive: true });
  await browser?.page.screenshot({ path: join(shots, 'suites-failed.png') }).catch(() => undefined);
}

function keepLine(line) {
  if (noise.test(line)) return;
  pageLines.push(line);
  if (pageLines.length > linesAfterTrouble) pageLines.shift();
}

function printNew() {
  const chunk = Buffer.alloc(2 ** 16);
  for (let size = readSync(output, chunk); size > 0; size = readSync(output, chunk))
    process.stdout.write(Buffer.from(chunk.subarray(0, size)));
}

function parseArguments(args) {
  const flags = new Map();
  let folder;
  for (const argument of args) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(argument) ?? [];
    if (name === undefined) folder = argument;
    else flags.set(name, value);
  }
  return { flags, folder };
}
