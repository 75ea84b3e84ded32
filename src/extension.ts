import { join } from 'node:path';
import * as vscode from 'vscode';
import { registerCompare } from './vscode/compare/compareView';
import { registerCommands } from './vscode/commands/registerCommands';
import { findHeader } from './vscode/index/findHeader';
import { guardSecrets } from './vscode/git/guardSecrets';
import { WorkspaceIndex } from './vscode/index/workspaceIndex';
import { KeySecrets } from './vscode/keySecrets';
import { registerPanel } from './vscode/panel/panelView';
import { registerReports } from './vscode/reports/reportEditor';
import { logRuns } from './vscode/runs/ends/logRuns';
import { ClearedRuns } from './vscode/runs/ends/clearedRuns';
import { UnseenEnds } from './vscode/runs/ends/unseenEnds';
import { registerRecipeLens } from './vscode/panel/recipe/recipeLens';
import { learnDigests } from './vscode/index/learnDigests';
import { RunFolders } from './vscode/runs/runFolders';
import { RunService } from './vscode/runs/runService';
import { SampleFolder } from './vscode/index/sampleFolder';
import type { Services } from './vscode/services';
import { settings } from './vscode/settings';
import { showError } from './vscode/showError';
import { showContextKeys } from './vscode/contextKeys';
import type { TestApi } from './vscode/testApi';
import { notifyOfRuns } from './vscode/notifications';
import { showStatusItem } from './vscode/statusItem';
import { decorateVerdicts } from './vscode/verdictDecorations';
import { registerTrees } from './vscode/tree/registerTrees';

/** Wires the extension together. Nothing native is loaded here: anything that runs a model is in a child process. */
export function activate(context: vscode.ExtensionContext): TestApi {
  const startMs = performance.now();
  const services = createServices(context);
  const { index, runs, secrets, unseen } = services;
  context.subscriptions.push(services.log, index, runs, secrets, unseen);
  const panel = registerPanel(services);
  const compare = registerCompare(services);
  context.subscriptions.push(
    panel,
    compare,
    registerReports(services),
    registerCommands(services, panel, compare),
    registerRecipeLens(),
    registerTrees(services, (model) => panel.noteSelection(model)),
    showContextKeys(services),
    showStatusItem(services),
    notifyOfRuns(services, panel),
    logRuns(services),
    decorateVerdicts(services),
    guardSecrets(services),
    learnDigests(services),
    index.onDidChange(() => void runs.refresh().catch(services.showError)),
  );
  setImmediate(() => void searchDisk(services));
  return { activationMs: performance.now() - startMs, runs, index, secrets, settings };
}

function createServices(context: vscode.ExtensionContext): Services {
  const log = vscode.window.createOutputChannel('Fingerprint Model', { log: true });
  const report = (error: unknown): void => showError(log, error);
  const sample = new SampleFolder(context);
  const storage = (context.storageUri ?? context.globalStorageUri).fsPath;
  const reading = {
    readerPath: context.asAbsolutePath('dist/reader.cjs'),
    log: (line: string) => log.error(line),
  };
  const index = new WorkspaceIndex(report, reading, context.globalState, () => sample.roots);
  return {
    context,
    log,
    settings,
    secrets: new KeySecrets(context.secrets, (path) => findHeader(index, path)),
    unseen: new UnseenEnds(),
    sample,
    cleared: new ClearedRuns(context.workspaceState),
    index,
    runs: new RunService({
      folders: new RunFolders(join(storage, 'runs'), context.workspaceState),
      runnerPath: context.asAbsolutePath('dist/runner.cjs'),
      threads: settings.threads,
      placement: settings.placement,
      keepFinished: settings.keepFinishedRuns,
      onError: report,
      onUnreadable: (folder, error) => {
        log.warn(`The run in ${folder} cannot be read: ${String(error)}`);
        return undefined;
      },
    }),
    showError: report,
  };
}

/** The disk is first searched after activation, which must not wait for it. */
async function searchDisk({ runs, index, ...services }: Services): Promise<void> {
  try {
    await runs.refresh();
    await index.whenReady();
  } catch (error) {
    services.showError(error);
  }
}
