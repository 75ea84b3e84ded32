import * as vscode from 'vscode';
import { Cancelled, UserError } from '../../common/errors';
import { commandIds, devicesScheme } from '../../ids';
import { doctor, type DoctorReport } from '../../contract/declarations/doctor';
import { renderDevicesPage } from '../devicesPage';
import type { Services } from '../services';
import { requireTrust } from '../trust';
import type { Handlers } from './handlers';

/** Built into the editor, but can be disabled. */
const previewExtension = 'vscode.markdown-language-features';

/** Commands that try the devices of this machine. */
export function deviceCommands(services: Services): Partial<Handlers> {
  const page = new DevicesPage();
  services.context.subscriptions.push(page);
  return {
    [commandIds.checkDevices]: async () => {
      requireTrust();
      await page.show(renderDevicesPage(await askDoctor(services)));
    },
  };
}

/**
 * Has a child process try the devices, with a notification that can cancel it.
 * @throws Cancelled; UserError with what went wrong.
 */
function askDoctor({ runs }: Services): Promise<DoctorReport> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: 'Checking the devices of this machine',
    cancellable: true,
  };
  const ask = async (_progress: unknown, token: vscode.CancellationToken): Promise<DoctorReport> => {
    const folder = await runs.newRunFolder(doctor.name);
    await runs.start(doctor, {}, {}, folder);
    let cancelling: Promise<void> | undefined;
    // A run that cannot be cancelled has just ended by itself.
    const cancel = (): void => void (cancelling ??= runs.cancel(folder).catch(() => undefined));
    if (token.isCancellationRequested) cancel();
    token.onCancellationRequested(cancel);
    const run = await runs.waitForEnd(folder);
    await cancelling;
    if (run.state === 'cancelled') throw new Cancelled();
    await runs.discard(folder);
    if (run.failure) throw new UserError(run.failure.reason, run.failure.message, run.failure.next);
    return doctor.result.parse(run.result);
  };
  return Promise.resolve(vscode.window.withProgress(options, ask));
}

/** The page with the latest findings; read-only, and gone with the window. */
class DevicesPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly uri = vscode.Uri.from({ scheme: devicesScheme, path: '/Devices.md' });
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(devicesScheme, this);
  private text = '';

  provideTextDocumentContent(): string {
    return this.text;
  }

  async show(text: string): Promise<void> {
    this.text = text;
    this.changed.fire(this.uri);
    if (vscode.extensions.getExtension(previewExtension))
      await vscode.commands.executeCommand('markdown.showPreview', this.uri);
    else await vscode.window.showTextDocument(this.uri, { preview: true });
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}
