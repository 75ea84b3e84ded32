import * as vscode from 'vscode';
import { UserError } from '../../../common/errors';
import { previewKeySet, type KeySetFigures } from '../../../contract/declarations/previewKeySet';
import type { KeySecrets, UnlockedKeySet } from '../../keySecrets';
import type { RunService } from '../../runs/runService';
import type { Settings } from '../../settings';
import { mostPreviewKeys, type OpenedKeySet } from './show';

interface PreviewServices {
  readonly runs: RunService;
  readonly secrets: KeySecrets;
  readonly settings: Settings;
  readonly showError: (error: unknown) => void;
}

/** Key sets that were opened in this window. Their content is only in memory. */
export class KeyPreviews implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly opened = new Map<string, OpenedKeySet>();
  private readonly watch: vscode.Disposable;

  constructor(private readonly services: PreviewServices) {
    this.watch = services.secrets.onDidChange(() => void this.closeLocked().catch(services.showError));
  }

  get(path: string): OpenedKeySet | undefined {
    return this.opened.get(path);
  }

  /**
   * Opens a key set, asking for its passphrase if necessary, and then has the model it was made for measure
   * its keys.
   * @param model the folder of that model; undefined when another one is chosen, or nothing may run.
   * @throws Cancelled when the user gives up; UserError as KeySecrets.unlock.
   */
  async open(path: string, model: string | undefined): Promise<void> {
    this.show(path, model, await this.services.secrets.unlock(path));
  }

  /** The same for a set whose passphrase is known, without a question; returns whether that opened it. */
  async openUnlocked(path: string, model: string | undefined): Promise<boolean> {
    const unlocked = await this.services.secrets.openUnlocked(path);
    if (unlocked) this.show(path, model, unlocked);
    return unlocked !== undefined;
  }

  private show(path: string, model: string | undefined, unlocked: UnlockedKeySet): void {
    const before = this.opened.get(path);
    const known = before?.keySet.commitment === unlocked.keySet.commitment ? before : undefined;
    const isGoingOn = known?.isMeasuring === true;
    const isNeeded = known?.figures === undefined && model !== undefined && !isGoingOn;
    this.set(path, {
      keySet: unlocked.keySet,
      figures: known?.figures,
      isMeasuring: isGoingOn || isNeeded,
      isRevealed: false,
    });
    if (isNeeded) void this.measureAndShow(path, model, unlocked);
  }

  setRevealed(path: string, isRevealed: boolean): void {
    const opened = this.opened.get(path);
    if (opened && opened.isRevealed !== isRevealed) this.set(path, { ...opened, isRevealed });
  }

  /** Revealed keys are only visible as long as the panel is. */
  hideAll(): void {
    for (const path of this.opened.keys()) this.setRevealed(path, false);
  }

  dispose(): void {
    this.watch.dispose();
    this.changed.dispose();
    this.opened.clear();
  }

  private async measureAndShow(path: string, model: string, unlocked: UnlockedKeySet): Promise<void> {
    let figures: KeySetFigures | undefined;
    try {
      figures = await this.measure(path, model, unlocked);
    } catch (error) {
      this.services.showError(error);
    }
    const opened = this.opened.get(path);
    if (opened?.keySet.commitment === unlocked.keySet.commitment)
      this.set(path, { ...opened, figures, isMeasuring: false });
  }

  private async measure(path: string, model: string, { passphrase }: UnlockedKeySet): Promise<KeySetFigures> {
    const { runs, settings } = this.services;
    const folder = await runs.newRunFolder('preview');
    const request = { model, keys: path, count: mostPreviewKeys, ...settings.placement() };
    await runs.start(previewKeySet, request, { passphrase }, folder);
    const { failure, result } = await runs.waitForEnd(folder);
    await runs.discard(folder);
    if (failure) throw new UserError(failure.reason, failure.message, failure.next);
    return previewKeySet.result.parse(result);
  }

  private async closeLocked(): Promise<void> {
    for (const path of [...this.opened.keys()]) {
      if (await this.services.secrets.isUnlocked(path)) continue;
      this.opened.delete(path);
      this.changed.fire();
    }
  }

  private set(path: string, opened: OpenedKeySet): void {
    this.opened.set(path, opened);
    this.changed.fire();
  }
}
