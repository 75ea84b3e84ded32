import * as vscode from 'vscode';
import { hasTrait } from '../contract/declarations';
import { commandIds, statusRunCommand } from '../ids';
import { formatRough } from '../words/figures';
import { notReadyWords, sayNotReady } from '../reports/words/notReady';
import { formatPercent } from '../words/numbers';
import { findFallenShort } from './runs/fallenShort';
import { isAlive, type KnownRun } from './runs/knownRun';
import { describePhase, describeState, nameRun, shareOf } from './runs/runNames';
import type { Services } from './services';
import { Throttle } from './throttle';
import { escapeMarkdown } from './tree/row';

/** Numbers change at most once per interval. */
const intervalMs = 1000;

/** One item in the status bar while a run is alive, or has failed or fallen short and has not been viewed. */
export function showStatusItem({ runs }: Pick<Services, 'runs'>): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('run', vscode.StatusBarAlignment.Left);
  item.name = 'Fingerprint Model';
  const unseen = new Set<string>();
  const throttle = new Throttle(intervalMs, () => {
    const shown = chooseRun(runs.runs, unseen);
    if (shown) show(item, shown);
    else item.hide();
  });
  return vscode.Disposable.from(
    item,
    throttle,
    runs.onDidChangeRun((run) => {
      if (isAlive(run)) unseen.delete(run.folder);
      if (isAlive(run) || run.state === 'paused') unseen.add(run.folder);
      throttle.call();
    }),
    runs.onDidRemoveRun(() => throttle.call()),
    vscode.commands.registerCommand(statusRunCommand, async () => {
      const shown = chooseRun(runs.runs, unseen);
      if (shown && !isAlive(shown)) unseen.delete(shown.folder);
      throttle.call();
      await vscode.commands.executeCommand(commandIds.openRun, shown?.folder);
    }),
  );
}

/** The run that matters most to the user: the newest live one, else one of this window that is not a plain success. */
function chooseRun(runs: readonly KnownRun[], unseen: ReadonlySet<string>): KnownRun | undefined {
  const telling = runs.filter(({ job }) => !hasTrait(job.operation, 'isSilent'));
  return (
    telling.find(isAlive) ??
    telling.find(
      (run) =>
        unseen.has(run.folder) &&
        (['paused', 'failed', 'interrupted'].includes(run.state) || findFallenShort(run) !== undefined),
    )
  );
}

function show(item: vscode.StatusBarItem, run: KnownRun): void {
  const hasFailed =
    run.state === 'failed' || run.state === 'interrupted' || findFallenShort(run) !== undefined;
  item.text = describe(run);
  item.command = statusRunCommand;
  item.backgroundColor = hasFailed ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.accessibilityInformation = { label: `${nameRun(run)}, ${describeState(run)}`, role: 'button' };
  item.tooltip = describeInFull(run);
  item.show();
}

/** The text of the item: "$(sync~spin) Fingerprint: 62 % 3 min". */
function describe(run: KnownRun): string {
  if (run.state === 'paused') return '$(debug-pause) Fingerprint: paused';
  if (run.state === 'failed' || run.state === 'interrupted')
    return `$(warning) Fingerprint: ${describeState(run)}`;
  if (findFallenShort(run)) return `$(warning) Fingerprint: ${notReadyWords.toLowerCase()}`;
  const share = shareOf(run);
  const left = run.lastProgress?.secondsLeft;
  const words = [
    share === undefined ? describePhase(run) : formatPercent(share, 0),
    ...(left === undefined ? [] : [formatRough(left)]),
  ];
  return `$(sync~spin) Fingerprint: ${words.join(' ')}`;
}

function describeInFull(run: KnownRun): vscode.MarkdownString {
  const link = (title: string, command: string): string =>
    `[${title}](command:${command}?${encodeURIComponent(JSON.stringify([run.folder]))})`;
  const canEndEarly = run.state === 'running' && hasTrait(run.job.operation, 'isResumable');
  const actions = [
    ...(canEndEarly ? [link('Pause', commandIds.pauseRun), link('Stop and Keep…', commandIds.stopRun)] : []),
    ...(run.canResume ? [link('Resume', commandIds.resumeRun)] : []),
    ...(run.state === 'running' ? [link('Cancel…', commandIds.cancelRun)] : []),
  ];
  const fallenShort = findFallenShort(run);
  const first = fallenShort ? `**${escapeMarkdown(sayNotReady(fallenShort))}.**\n\n` : '';
  const markdown = new vscode.MarkdownString(
    `${first}**${escapeMarkdown(nameRun(run))}** ${escapeMarkdown(describeState(run))}\n\n${actions.join('\u2003')}`,
  );
  markdown.isTrusted = {
    enabledCommands: [commandIds.pauseRun, commandIds.stopRun, commandIds.resumeRun, commandIds.cancelRun],
  };
  return markdown;
}
