import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';
import { readManifestText } from '../harness/manifest';

const glossary = 'docs/glossary.md';
const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/RESULTS.md'],
  ...listFiles('docs', '.md').filter((path) => path !== glossary),
  ...listFiles('media', '.md'),
];
/** Lists function words, which no person reads. */
const wordList = 'src/fingerprint/text/textRules.ts';

function listFiles(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name).replaceAll('\\', '/'));
}

/** The phrases in the first column of the glossary's table "Plain English". */
function listBannedPhrases(): string[] {
  const [, table = ''] = readFileSync(glossary, 'utf8').split('## Plain English');
  const rows = [...table.matchAll(/^\| (.+?) \|/gm)].map(([, cell]) => cell!);
  return rows.slice(2).flatMap((cell) => cell.split(', '));
}

const banned = listBannedPhrases();
const bannedPattern = new RegExp(`(?<!\\w)(?:${banned.join('|')})(?!\\w)`, 'gi');

/** The banned phrases of a text, which may be broken across lines. */
function findBanned(text: string): string[] {
  return [...text.replace(/\s+/g, ' ').matchAll(bannedPattern)].map(([phrase]) => phrase);
}

/** The text of every string literal and template of a source file, without what templates put in. */
function readLiterals(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push(
        [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…'),
      );
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Every string in a JSON value. */
function listStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listStrings) : [];
}

/** "path: phrase" for every banned phrase in texts of a file. */
function report(path: string, texts: readonly string[]): string[] {
  return texts.flatMap(findBanned).map((phrase) => `${path}: ${phrase}`);
}

describe('phrases that the glossary bans', () => {
  it('are read from it', () => {
    for (const phrase of ['mends', 'looked through', 'goes on', 'behind the schedule', 'by luck'])
      assert.ok(banned.includes(phrase), phrase);
    assert.deepEqual(findBanned('A run goes\n  on by luck.'), ['goes on', 'by luck']);
  });

  it('occur in no string of the source', () => {
    const paths = [...listFiles('src', '.ts'), ...listFiles('webview', '.ts')];
    const texts = paths
      .filter((path) => path !== wordList)
      .map((path) => [path, readLiterals(path)] as const);
    assert.ok(texts.flatMap(([, literals]) => literals).length > 5000, 'literals are found at all');
    assert.deepEqual(
      texts.flatMap(([path, literals]) => report(path, literals)),
      [],
    );
  });

  it('occur in no title, description or setting of the manifest', () => {
    const manifest = JSON.parse(readManifestText()) as object;
    assert.deepEqual(report('package.json', listStrings(manifest)), []);
  });

  it('occur in no document', () => {
    assert.deepEqual(
      documents.flatMap((path) => report(path, [readFileSync(path, 'utf8')])),
      [],
    );
  });
});
