import * as vscode from 'vscode';
import { hasTrait } from '../contract/declarations';
import { commandIds, commandOfAction, statusRunCommand } from '../ids';
import { runActionLooks, type RunAction } from '../protocol/runActions';
import { formatRough } from '../words/figures';
import { notReadyWords, sayNotReady } from '../reports/words/notReady';
import { formatPercent } from '../words/numbers';
import { findFallenShort } from './runs/fallenShort';
import type { UnseenEnds } from './runs/ends/unseenEnds';
import { isAlive, type KnownRun } from './runs/knownRun';
import { listRunActions } from './runs/runActions';
import { describePhase, describeState, nameRun } from './runs/runNames';
import { secondsLeft, shareOf } from './runs/runTime';
import type { Services } from './services';
import { Throttle } from './throttle';
import { escapeMarkdown } from './tree/row';

/** Numbers change at most once per interval. */
const intervalMs = 1000;

/** One item in the status bar while a run is alive, or has failed or fallen short and has not been viewed. */
export function showStatusItem({ runs, unseen }: Pick<Services, 'runs' | 'unseen'>): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('run', vscode.StatusBarAlignment.Left);
  item.name = 'Fingerprint Model';
  const throttle = new Throttle(intervalMs, () => {
    const shown = chooseRun(runs.runs, unseen);
    if (shown) show(item, shown);
    else item.hide();
  });
  return vscode.Disposable.from(
    item,
    throttle,
    runs.onDidChangeRun((run) => {
      if (isAlive(run) || run.state === 'paused') unseen.expect(run.folder);
      throttle.call();
    }),
    runs.onDidRemoveRun(() => throttle.call()),
    unseen.onDidSee(() => throttle.call()),
    vscode.commands.registerCommand(statusRunCommand, async () => {
      const shown = chooseRun(runs.runs, unseen);
      // One click is enough, however many have ended.
      if (shown && !isAlive(shown)) unseen.seeAll();
      await vscode.commands.executeCommand(commandIds.openRun, shown?.folder);
    }),
  );
}

/** The run that matters most to the user: the newest live one, else one of this window that is not a plain success. */
function chooseRun(runs: readonly KnownRun[], unseen: Pick<UnseenEnds, 'has'>): KnownRun | undefined {
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
  const left = secondsLeft(run, Date.now());
  const words = [
    share === undefined ? describePhase(run) : formatPercent(share, 0),
    ...(left === undefined ? [] : [formatRough(left)]),
    ...(run.course.isLoadingAgain ? ['loading again'] : []),
  ];
  return `$(sync~spin) Fingerprint: ${words.join(' ')}`;
}

function describeInFull(run: KnownRun): vscode.MarkdownString {
  const link = (action: RunAction): string =>
    `[${runActionLooks[action].title}](command:${commandOfAction[action]}?${encodeURIComponent(JSON.stringify([run.folder]))})`;
  const actions = listRunActions(run).map(link);
  const fallenShort = findFallenShort(run);
  const first = fallenShort ? `**${escapeMarkdown(sayNotReady(fallenShort))}.**\n\n` : '';
  const markdown = new vscode.MarkdownString(
    `${first}**${escapeMarkdown(nameRun(run))}** ${escapeMarkdown(describeState(run))}\n\n${actions.join('\u2003')}`,
  );
  markdown.isTrusted = { enabledCommands: Object.values(commandOfAction) };
  return markdown;
}
