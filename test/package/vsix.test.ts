import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { readZip } from './readZip';

const largestBytes = 25e6;

/** Every file of the package, but for the scripts of the library that runs models. */
const expected = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/extension.cjs',
  'extension/dist/node_modules/onnxruntime-common/package.json',
  'extension/dist/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1',
  'extension/dist/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node',
  'extension/dist/node_modules/onnxruntime-node/package.json',
  'extension/dist/reader.cjs',
  'extension/dist/runner.cjs',
  'extension/dist/webview/codicon.css',
  'extension/dist/webview/codicon.ttf',
  'extension/dist/webview/compare.css',
  'extension/dist/webview/compare.js',
  'extension/dist/webview/panel.css',
  'extension/dist/webview/panel.js',
  'extension/dist/webview/report.css',
  'extension/dist/webview/report.js',
  'extension/media/icons/fingerprint-dark.svg',
  'extension/media/icons/fingerprint-light.svg',
  'extension/media/icons/fingerprint.svg',
  'extension/media/icons/icon.png',
  'extension/media/icons/no-evidence-dark.svg',
  'extension/media/icons/no-evidence-light.svg',
  'extension/media/sample-model/config.json',
  'extension/media/sample-model/generation_config.json',
  'extension/media/sample-model/model.safetensors',
  'extension/media/sample-model/special_tokens_map.json',
  'extension/media/sample-model/tokenizer.json',
  'extension/media/sample-model/tokenizer_config.json',
  'extension/media/schemas/recipe.schema.json',
  'extension/media/schemas/report.tmLanguage.json',
  'extension/media/text/README.md',
  'extension/media/text/dialogues.jsonl',
  'extension/media/text/stories.jsonl',
  'extension/media/walkthrough/drift.svg',
  'extension/media/walkthrough/embed.svg',
  'extension/media/walkthrough/keys.svg',
  'extension/media/walkthrough/model.svg',
  'extension/media/walkthrough/verify.svg',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
];
const libraryScript =
  /^extension\/dist\/node_modules\/(onnxruntime-common\/dist\/cjs\/([\w-]+\.js|package\.json)|onnxruntime-node\/dist\/\w+\.js)$/;

describe('the package of the extension for 64-bit Linux', () => {
  let archive: Buffer;
  let files: Map<string, Buffer>;

  before(() => {
    const script = ['scripts/run.mjs', 'scripts/package.ts', 'linux-x64'];
    const said = execFileSync(process.execPath, script, { encoding: 'utf8' });
    const [, path] = /^(.*\.vsix): /m.exec(said) ?? [];
    archive = readFileSync(path!);
    files = readZip(archive);
  });

  it('is small', () => {
    assert.ok(archive.length <= largestBytes, `${archive.length} bytes`);
  });

  it('holds these files and no other', () => {
    const ours = [...files.keys()].filter((name) => !libraryScript.test(name));
    assert.deepEqual(ours.sort(), [...expected].sort());
    assert.ok(files.size > expected.length);
  });

  it('loads no native code in the editor, and nothing that is not in it', () => {
    assert.deepEqual(listForeignModules(files.get('extension/dist/extension.cjs')), ['vscode']);
    assert.deepEqual(listForeignModules(files.get('extension/dist/reader.cjs')), []);
    assert.deepEqual(listForeignModules(files.get('extension/dist/runner.cjs')), ['onnxruntime-node']);
  });

  it('has a page without pictures that only the repository has', () => {
    assert.doesNotMatch(files.get('extension/readme.md')!.toString('utf8'), /!\[/);
  });

  it('says nothing of the machine it was made on', () => {
    const tells = [process.cwd(), join(homedir(), '/'), join(tmpdir(), '/'), 'sourceMappingURL=data:'];
    for (const [name, content] of files) {
      if (/\.(so\.1|node|ttf|safetensors)$/.test(name)) continue;
      const text = content.toString('utf8');
      for (const tell of tells) assert.ok(!text.includes(tell), `${name} holds ${tell}`);
    }
  });
});

/** The modules a bundle asks for that Node does not bring. */
function listForeignModules(bundle: Buffer | undefined): string[] {
  assert.ok(bundle);
  const asked = bundle.toString('utf8').matchAll(/\b(?:require|import)\(["'`]([^"'`]+)["'`]\)/g);
  const names = new Set([...asked].map(([, name]) => name!.replace(/^node:/, '')));
  return [...names].filter((name) => !builtinModules.includes(name)).sort();
}
