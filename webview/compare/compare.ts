// First, before any schema is made.
import '../strictZod';
import { createBirpc } from 'birpc';
import type { CompareHost, ComparePage } from '../../src/protocol/compare';
import { CompareApp } from './app';
import { ChartBox } from '../parts/chartBox';
import { registerComponents } from '../parts/components';
import './page.css';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

registerComponents();
customElements.define('chart-box', ChartBox);

const editor = acquireVsCodeApi();
const host = createBirpc<CompareHost, ComparePage>(
  { show: (snapshot) => app.show(snapshot) },
  {
    post: (message) => editor.postMessage(message),
    on: (listen) => window.addEventListener('message', (event) => listen(event.data)),
    timeout: -1,
  },
);
const app = new CompareApp(document.getElementById('compare')!, host);
void host.ready().then((snapshot) => app.show(snapshot));
