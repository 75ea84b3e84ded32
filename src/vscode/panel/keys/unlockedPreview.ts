import type * as vscode from 'vscode';
import type { Services } from '../../services';
import type { KeyPreviews } from './previews';

/** What the panel shows of key sets, as of now. */
interface ShownKeySet {
  /** Path of the chosen set, if it can be opened. */
  readonly keySet: string | null;
  /** Whether the page shows the step Keys. */
  readonly isShown: boolean;
}

interface Options {
  readonly previews: KeyPreviews;
  readonly readShown: () => ShownKeySet;
  /** The model that can measure the keys of a set, if it may. */
  readonly findMeasuring: (keySet: string) => Promise<string | undefined>;
  readonly onChange: () => void;
}

/** Opens the chosen key set in the step Keys without a question while it is unlocked, as the sidebar shows it. */
export class UnlockedPreview implements vscode.Disposable {
  /** Key sets that their stored passphrase does not open. */
  private readonly unopened = new Set<string>();
  private readonly watch: vscode.Disposable;

  constructor(
    private readonly services: Pick<Services, 'secrets' | 'showError'>,
    private readonly options: Options,
  ) {
    this.watch = services.secrets.onDidChange(() => {
      this.unopened.clear();
      this.open();
      options.onChange();
    });
  }

  /** Whether the chosen set is unlocked; one that its passphrase does not open is not. */
  async isUnlocked(): Promise<boolean> {
    const { keySet } = this.options.readShown();
    return keySet !== null && !this.unopened.has(keySet) && this.services.secrets.isUnlocked(keySet);
  }

  /** Starts to open the chosen set, if there is one to open; its keys follow. */
  open(): void {
    this.tryToOpen().catch((error: unknown) => this.services.showError(error));
  }

  dispose(): void {
    this.watch.dispose();
  }

  private async tryToOpen(): Promise<void> {
    const { previews, readShown, findMeasuring, onChange } = this.options;
    const { keySet, isShown } = readShown();
    if (keySet === null || !isShown || previews.get(keySet) || !(await this.isUnlocked())) return;
    if (await previews.openUnlocked(keySet, await findMeasuring(keySet))) return;
    this.unopened.add(keySet);
    onChange();
  }
}
