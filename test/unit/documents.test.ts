import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { exitCodes } from '../../src/cli/exitCodes';
import { runCommandLine } from '../../src/cli/program';
import { recipeValues } from '../../src/contract/recipe';
import type { RecipeValue } from '../../src/contract/recipeValue';
import { settingIds } from '../../src/ids';

const longestReadme = 150;
const widest = 100;
/** Part of the package, where the rest of the repository is not. */
const packaged = ['CHANGELOG.md', 'media/extension.md'];
const pages = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...packaged, ...pages];
/** Written before the rule, and being changed. */
const notYetWrapped = ['docs/architecture.md'];
/** Rooms that the documents may name before they are there. */
const toCome = ['src/rehearse/'];

interface Line {
  readonly text: string;
  readonly number: number;
  /** Whether it stands in a fenced block. */
  readonly isCode: boolean;
}

/** The lines of a document; the fences themselves count as code. */
function readLines(path: string): Line[] {
  let isFenced = false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((text, index) => {
      const isFence = text.startsWith('```');
      if (isFence) isFenced = !isFenced;
      return { text, number: index + 1, isCode: isFenced || isFence };
    });
}

/** A document without its code, in one string: what stands in brackets may be broken across lines. */
function readProse(path: string): string {
  const prose = readLines(path).filter(({ isCode }) => !isCode);
  return prose.map(({ text }) => text.replace(/`[^`]*`/g, '')).join('\n');
}

/** The addresses of a document's inline links and pictures that are no URL. */
function listRelativeLinks(path: string): string[] {
  const found = readProse(path).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g);
  return [...found].map(([, address]) => address!).filter((address) => !/^[a-z]+:/.test(address));
}

/** The anchors that GitHub gives the headings of a document. */
function listAnchors(path: string): string[] {
  const headings = readLines(path).flatMap(({ text, isCode }) => {
    const heading = isCode ? undefined : /^#{1,6} (.*)$/.exec(text)?.[1];
    return heading === undefined ? [] : [toAnchor(heading)];
  });
  return headings.map((anchor, index) => {
    const earlier = headings.slice(0, index).filter((other) => other === anchor).length;
    return earlier === 0 ? anchor : `${anchor}-${earlier}`;
  });
}

function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

/** What is wrong with a link; undefined when it leads somewhere. */
function findFault(document: string, address: string): string | undefined {
  const [path, anchor] = address.split('#') as [string, string?];
  const target = path === '' ? document : join(dirname(document), path);
  if (!existsSync(target)) return `${document}: there is no ${target}`;
  if (anchor === undefined || listAnchors(target).includes(anchor)) return undefined;
  return `${document}: ${target} has no heading #${anchor}`;
}

/** The code in the first column of a document's tables, an entry a name. */
function listRowNames(path: string): string[] {
  return readLines(path).flatMap(({ text }) => {
    const cell = /^\| ([^|]*) \|/.exec(text)?.[1] ?? '';
    return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
  });
}

/** What the second cell of a recipe value's row has to say; undefined where that depends on the model. */
function writeBounds(value: RecipeValue): string | undefined {
  if (value.kind === 'choice') return value.options.map((option) => `\`${option.value}\``).join(', ');
  if (value.kind === 'other') return undefined;
  const { bounds } = value;
  const most = bounds.most === undefined ? undefined : writeNumber(bounds.most);
  if ('above' in bounds)
    return `above ${writeNumber(bounds.above)}${most === undefined ? '' : `, at most ${most}`}`;
  const least = writeNumber(bounds.least);
  return most === undefined ? `${least} or more` : `${least} to ${most}`;
}

function writeNumber(value: number): string {
  return value < 10_000 ? String(value) : value.toLocaleString('en-US');
}

/** What the command line says when it is asked for help. */
async function askHelp(command: string): Promise<string> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const edge = { stdout, stderr, runnerPath: '' };
  const words = command === '' ? [] : command.split(' ');
  assert.equal(await runCommandLine([...words, '--help'], edge), exitCodes.done);
  return String(stdout.read());
}

/** The subcommands that a help text lists. */
function listCommands(help: string): string[] {
  const [, list = ''] = help.split('\nCommands:\n');
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
}

describe('the documents', () => {
  it('have links and anchors that lead somewhere', () => {
    const faults = documents.flatMap((document) =>
      listRelativeLinks(document).map((address) => findFault(document, address)),
    );
    assert.deepEqual(
      faults.filter((fault) => fault !== undefined),
      [],
    );
    assert.ok(faults.length > 50, 'the links are found at all');
  });

  it('have no relative link where they are part of the package', () => {
    // The packager gives pictures their address, or leaves them out.
    const links = packaged.flatMap(listRelativeLinks).filter((address) => !address.endsWith('.png'));
    assert.deepEqual(links, []);
  });

  it('begin with a README of at most 150 lines, none of them wide', () => {
    const lines = readLines('README.md');
    assert.ok(lines.length - 1 <= longestReadme, `${lines.length - 1} lines`);
    assert.deepEqual(
      lines.filter(({ text }) => text.length > widest),
      [],
    );
  });

  it('wrap their prose at 100 columns', () => {
    const wide = documents
      .filter((document) => !notYetWrapped.includes(document))
      .flatMap((document) =>
        readLines(document)
          .filter(({ text, isCode }) => !isCode && !text.startsWith('|') && text.length > widest)
          .map(({ number }) => `${document}:${number}`),
      );
    assert.deepEqual(wide, []);
  });

  it('name only existing npm scripts', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const named = documents.flatMap((document) => [
      ...readFileSync(document, 'utf8').matchAll(/npm run ([\w:]*\w)/g),
    ]);
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.map(([, script]) => script!).filter((script) => !Object.hasOwn(scripts, script)),
      [],
    );
  });

  it('name only existing files and folders', () => {
    const isPath = /^(src|webview|test|media|scripts|bench|docs)\/[\w./-]+$/;
    const named = documents
      .filter((document) => !packaged.includes(document))
      .flatMap((document) => [...readFileSync(document, 'utf8').matchAll(/`([^`\n]+)`/g)])
      .map(([, code]) => code!)
      .filter((code) => isPath.test(code) && !code.includes('NAME') && !toCome.includes(code));
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((path) => !existsSync(path)),
      [],
    );
  });
});

describe('the reference pages', () => {
  it('describe every value of a recipe, and no other', () => {
    const values = ['version', ...Object.keys(recipeValues)];
    assert.deepEqual(listRowNames('docs/recipes.md').sort(), values.sort());
  });

  it('give the bounds that recipes are checked against', () => {
    const page = readFileSync('docs/recipes.md', 'utf8');
    const missing = Object.entries(recipeValues).flatMap(([name, value]) => {
      const bounds = writeBounds(value);
      const row = `| \`${name}\` | ${bounds} |`;
      return bounds === undefined || page.includes(row) ? [] : [row];
    });
    assert.deepEqual(missing, []);
  });

  it('describe every setting, and no other', () => {
    const named = listRowNames('docs/extension.md').filter((name) => name.startsWith('fingerprintModel.'));
    assert.deepEqual(named.sort(), Object.values(settingIds).sort());
  });

  it('describe every command and option of the command line, and every exit code', async () => {
    const page = readFileSync('docs/command-line.md', 'utf8');
    for (const command of listCommands(await askHelp(''))) {
      assert.ok(page.includes(`### ${command}\n`), command);
      const help = await askHelp(command);
      const commands = [command, ...listCommands(help).map((name) => `${command} ${name}`)];
      for (const one of commands) {
        assert.ok(page.includes(`\`${one}`), one);
        for (const [option] of (await askHelp(one)).matchAll(/--[a-z-]+/g))
          assert.ok(page.includes(option), `${one} ${option}`);
      }
    }
    for (const code of Object.values(exitCodes)) assert.ok(page.includes(`\n| ${code} | `), String(code));
  });

  it('say of every package why it is here', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      object
    >;
    const named = listRowNames('docs/third-party.md');
    const unnamed = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !named.includes(name.replace(/^@types\/.*/, '@types/*')),
    );
    assert.deepEqual(unnamed, []);
  });
});
