// First, before any schema is made.
import '../strictZod';
import type { CompareHost, CompareSnapshot } from '../../src/protocol/compare';
import { CompareApp } from './app';
import { connectHost } from '../connectHost';
import { ChartBox } from '../parts/chartBox';
import { registerComponents } from '../parts/components';
import './page.css';

registerComponents();
customElements.define('chart-box', ChartBox);
connectHost<CompareSnapshot, CompareHost>(
  (host) => new CompareApp(document.getElementById('compare')!, host),
);
