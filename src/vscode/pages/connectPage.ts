import { createBirpc, type BirpcReturn } from 'birpc';
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { PageResources } from './webviewPage';

/** A page in a webview, and what ends the traffic with it. */
interface ConnectedPage<Page extends object, Host extends object> {
  /** What the page offers. */
  readonly page: BirpcReturn<Page, Host>;
  dispose(): void;
}

/** Lets the page of a webview call `host`, and the host the page; only `show` needs no answer. */
export function connectPage<Page extends { show: unknown }, Host extends object>(
  webview: vscode.Webview,
  host: Host,
): ConnectedPage<Page, Host> {
  const received = new vscode.EventEmitter<unknown>();
  const page = createBirpc<Page, Host>(host, {
    post: (message) => webview.postMessage(message),
    on: (receive) => received.event(receive),
    eventNames: ['show'],
  });
  const watch = webview.onDidReceiveMessage((message) => received.fire(message));
  return {
    page,
    dispose() {
      page.$close();
      watch.dispose();
      received.dispose();
    },
  };
}

/**
 * Loads a page into a webview.
 * @param name of its script and sheet in dist/webview.
 */
export function loadPage(
  webview: vscode.Webview,
  { extensionUri }: Pick<vscode.ExtensionContext, 'extensionUri'>,
  name: string,
  render: (resources: PageResources) => string,
): void {
  const files = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(files, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [files] };
  webview.html = render({
    nonce: randomBytes(16).toString('base64'),
    cspSource: webview.cspSource,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    codicons: address('codicon.css'),
  });
}

/** The product's icon on the tab of a page. */
export function showPageIcon(
  panel: vscode.WebviewPanel,
  { extensionUri }: Pick<vscode.ExtensionContext, 'extensionUri'>,
): void {
  const icons = vscode.Uri.joinPath(extensionUri, 'media', 'icons');
  panel.iconPath = {
    light: vscode.Uri.joinPath(icons, 'fingerprint-light.svg'),
    dark: vscode.Uri.joinPath(icons, 'fingerprint-dark.svg'),
  };
}
