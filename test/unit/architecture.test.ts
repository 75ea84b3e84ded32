import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, posix, sep } from 'node:path';
import { describe, it } from 'node:test';
import ts from 'typescript';

const mostFiles = 16;
/** A file a model family: a list that may grow. */
const longLists = ['src/architectures'];

type Imports = ReadonlyMap<string, readonly string[]>;

/** Every file of the product, with forward slashes. */
function listSources(): string[] {
  return ['src', 'webview']
    .flatMap((root) =>
      readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => `${root}/${file}`),
    )
    .map((file) => file.split(sep).join('/'))
    .filter((file) => statSync(file).isFile());
}

/** What a file names in any form of import or export, as a value or as a type. */
function listSpecifiers(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const named = findSpecifier(node);
    if (named && ts.isStringLiteralLike(named)) found.push(named.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function findSpecifier(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}

/** The file that a relative import means. */
function resolveImport(file: string, specifier: string): string {
  const path = posix.join(dirname(file), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : path;
}

function readImports(): Imports {
  const files = listSources().filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => [
      file,
      listSpecifiers(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => resolveImport(file, specifier)),
    ]),
  );
}

/** The files of one circle of imports, the first one again at the end; undefined when there is no circle. */
function findCircle(imports: Imports): string[] | undefined {
  const left = new Set<string>();
  const follow = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (left.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = follow(next, [...way, file]);
      if (circle) return circle;
    }
    left.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = follow(file, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('a circle of imports', () => {
  it('is found wherever it begins', () => {
    const tree = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] };
    assert.equal(findCircle(new Map(Object.entries(tree))), undefined);
    const circle = { ...tree, d: ['c'] };
    assert.deepEqual(findCircle(new Map(Object.entries(circle))), ['d', 'c', 'd']);
    assert.deepEqual(findCircle(new Map([['a', ['a']]])), ['a', 'a']);
  });
});

describe('the sources', () => {
  const imports = readImports();

  it('import only files that there are', () => {
    const all = [...imports.values()].flat();
    assert.ok(imports.size > 300 && all.length > 1000, 'the imports are found at all');
    assert.deepEqual(
      all.filter((file) => !existsSync(file)),
      [],
    );
  });

  it('import nothing in a circle, not even types', () => {
    assert.deepEqual(findCircle(imports), undefined);
  });

  it(`have at most ${mostFiles} files in a folder`, () => {
    const counts = new Map<string, number>();
    for (const folder of listSources().map((file) => dirname(file)))
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    const full = [...counts].filter(([folder, count]) => count > mostFiles && !longLists.includes(folder));
    assert.deepEqual(full, []);
  });
});
