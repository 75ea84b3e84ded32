// Runs the mocha suites of test/editor inside a VS Code's extension host: those of test/editor/restricted with Workspace
// Trust and a folder that is not trusted, all others without. "… runSuites.mjs tree panel" runs the files whose path holds
// one of these words. The extension must be built.
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { buildSuites, suiteEntry } from './buildSuites.mjs';
import { chooseEditor } from './chooseEditor.mjs';
import { createProfile, removeProfile } from './profile.mjs';
import { root, sayCounts } from '../steps.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Runs what the words choose. Returns { passed, failed, trouble }; with a trouble the counts are not the whole truth.
 * @throws {Error} when there is nothing to run or no editor to run it in
 */
export async function runSuites(words = []) {
  const files = await buildSuites(words);
  if (files.length === 0) throw new Error(`No file of test/editor has ${words.join(' or ')} in its path.`);
  const isRestricted = (file) => file.includes(`${sep}restricted${sep}`);
  const editor = await chooseEditor();
  const total = { passed: 0, failed: 0 };
  for (const pass of [
    { hasTrust: false, files: files.filter((file) => !isRestricted(file)) },
    { hasTrust: true, files: files.filter(isRestricted) },
  ]) {
    if (pass.files.length === 0) continue;
    const { passed, failed, hasEnded } = await runPass(editor, pass);
    total.passed += passed;
    total.failed += failed;
    if (!hasEnded) total.trouble = 'the editor ended before its suites did';
  }
  if (total.passed + total.failed === 0) total.trouble ??= 'no test ran';
  return total;
}

/** One start of the editor, on a workspace of its own that holds the sample model. */
async function runPass(editor, { hasTrust, files }) {
  const profile = createProfile();
  const workspace = join(profile.folder, 'workspace');
  const result = join(profile.folder, 'result.json');
  mkdirSync(workspace);
  cpSync(join(root, 'media', 'sample-model'), join(workspace, 'sample'), { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: hasTrust ? join(here, 'withTrust.mjs') : editor,
      extensionDevelopmentPath: root,
      extensionTestsPath: suiteEntry,
      extensionTestsEnv: {
        FINGERPRINT_EDITOR: editor,
        FINGERPRINT_SUITE_FILES: JSON.stringify(files),
        FINGERPRINT_SUITE_RESULT: result,
      },
      launchArgs: [
        workspace,
        '--disable-extensions',
        `--user-data-dir=${profile.data}`,
        `--extensions-dir=${profile.extensions}`,
      ],
    });
    return readResult(result);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    const { passed, failed, hasEnded } = readResult(result);
    return { passed, failed: Math.max(failed, 1), hasEnded };
  } finally {
    removeProfile(profile);
  }
}

/** What the suites wrote at their end; without it they had none, whatever the editor's exit code says. */
function readResult(path) {
  if (!existsSync(path)) return { passed: 0, failed: 0, hasEnded: false };
  return { ...JSON.parse(readFileSync(path, 'utf8')), hasEnded: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const counts = await runSuites(process.argv.slice(2)).catch(({ message }) => ({
    passed: 0,
    failed: 1,
    trouble: message.trim(),
  }));
  sayCounts('extension host', counts);
  process.exitCode = counts.failed > 0 || counts.trouble ? 1 : 0;
}
