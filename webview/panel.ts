// First, before any schema is made.
import './strictZod';
import { createBirpc } from 'birpc';
import type { PanelHost, PanelPage } from '../src/protocol/panel/snapshot';
import { PanelApp } from './app';
import { ChartBox } from './parts/chartBox';
import { registerComponents } from './parts/components';
import './panel.css';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

registerComponents();
customElements.define('chart-box', ChartBox);

const editor = acquireVsCodeApi();
const host = createBirpc<PanelHost, PanelPage>(
  { show: (snapshot) => app.show(snapshot) },
  {
    post: (message) => editor.postMessage(message),
    on: (listen) => window.addEventListener('message', (event) => listen(event.data)),
    // Some actions ask the user first, and the user takes their time.
    timeout: -1,
  },
);
const app = new PanelApp(document.getElementById('panel')!, host);
void host.ready().then((snapshot) => app.show(snapshot));
