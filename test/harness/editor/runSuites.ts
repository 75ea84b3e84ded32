// Runs the mocha suites of test/editor inside a VS Code's extension host: those of test/editor/restricted
// with Workspace Trust and an untrusted folder, all others without. "node scripts/run.mjs
// test/harness/editor/runSuites.ts tree panel" runs the files whose path contains one of these words. The
// extension must be built.
import { runTests } from '@vscode/test-electron';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { root } from '../../../scripts/common.mjs';
import { bundleProgram } from '../bundleProgram';
import { sayCounts, type Counts } from '../nodeTests';
import { buildSuites, suiteEntry } from './buildSuites';
import { chooseEditor } from './chooseEditor';
import { createProfile, removeProfile } from './profile';

/** One start of the editor. */
interface Launch {
  readonly hasTrust: boolean;
  readonly files: readonly string[];
}

/** The result that suites wrote at their end, or that they wrote none. */
interface LaunchResult {
  readonly passed: number;
  readonly failed: number;
  readonly hasEnded: boolean;
}

export async function main(words: readonly string[]): Promise<void> {
  const counts = await runSuites(words).catch((error: unknown) => ({
    passed: 0,
    failed: 1,
    trouble: (error as Error).message.trim(),
  }));
  sayCounts('extension host', counts);
  process.exitCode = counts.failed > 0 || counts.trouble ? 1 : 0;
}

/**
 * Runs the suites that match the words.
 * @throws {Error} when there is nothing to run or no editor to run it in
 */
export async function runSuites(words: readonly string[] = []): Promise<Counts> {
  const files = await buildSuites(words);
  if (files.length === 0) throw new Error(`No file of test/editor has ${words.join(' or ')} in its path.`);
  const isRestricted = (file: string): boolean => file.includes(`${sep}restricted${sep}`);
  const editor = await chooseEditor();
  const results: LaunchResult[] = [];
  for (const launch of [
    { hasTrust: false, files: files.filter((file) => !isRestricted(file)) },
    { hasTrust: true, files: files.filter(isRestricted) },
  ])
    if (launch.files.length > 0) results.push(await runLaunch(editor, launch));
  return sumUp(results);
}

function sumUp(results: readonly LaunchResult[]): Counts {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  if (!results.every(({ hasEnded }) => hasEnded))
    return { passed, failed, trouble: 'the editor ended before its suites did' };
  return passed + failed === 0 ? { passed, failed, trouble: 'no test ran' } : { passed, failed };
}

/** Starts the editor once, on a workspace of its own with the sample model. */
async function runLaunch(editor: string, { hasTrust, files }: Launch): Promise<LaunchResult> {
  const profile = createProfile();
  const workspace = join(profile.folder, 'workspace');
  const result = join(profile.folder, 'result.json');
  mkdirSync(workspace);
  cpSync(join(root, 'media', 'sample-model'), join(workspace, 'sample'), { recursive: true });
  try {
    await runTests({
      vscodeExecutablePath: hasTrust ? bundleProgram('test/harness/editor/withTrust.ts') : editor,
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
    process.stderr.write(`${(error as Error).message}\n`);
    const { passed, failed, hasEnded } = readResult(result);
    return { passed, failed: Math.max(failed, 1), hasEnded };
  } finally {
    removeProfile(profile);
  }
}

/** The result that the suites wrote at their end; without one they failed, whatever the editor's exit code is. */
function readResult(path: string): LaunchResult {
  if (!existsSync(path)) return { passed: 0, failed: 0, hasEnded: false };
  const written = JSON.parse(readFileSync(path, 'utf8')) as { passed: number; failed: number };
  return { ...written, hasEnded: true };
}
