// First, before any schema is made.
import './strictZod';
import type { PanelHost, PanelSnapshot } from '../src/protocol/panel/snapshot';
import { PanelApp } from './app';
import { connectHost } from './connectHost';
import { ChartBox } from './parts/chartBox';
import { registerComponents } from './parts/components';
import './panel.css';

registerComponents();
customElements.define('chart-box', ChartBox);
connectHost<PanelSnapshot, PanelHost>((host) => new PanelApp(document.getElementById('panel')!, host));
