import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderReportPage } from '../../../src/vscode/reports/reportHtml';

const resources = {
  nonce: 'abc',
  cspSource: 'https://webview.test',
  script: 'https://webview.test/report.js',
  style: 'https://webview.test/report.css',
  codicons: 'https://webview.test/codicon.css',
};
const page = renderReportPage(resources, true);

describe('the frame of a report page', () => {
  it('allows its own sheets and its one script, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!;
    assert.deepEqual(policy.replaceAll('&#39;', "'").split('; '), [
      "default-src 'none'",
      'style-src https://webview.test',
      'font-src https://webview.test',
      "script-src 'nonce-abc'",
    ]);
    assert.deepEqual(page.match(/<script[^>]*>/g), [
      '<script nonce="abc" src="https://webview.test/report.js">',
    ]);
    assert.ok(!/ style="| on\w+="/.test(page));
  });

  it('names every action in words', () => {
    const buttons = page.match(/<button.*?<\/button>/gs) ?? [];
    assert.equal(buttons.length, 5);
    for (const button of buttons) assert.match(button, /<span class="words">[^<]+<\/span>/);
  });

  it('offers the browser, which can print, only where there is one on this machine', () => {
    assert.match(page, /data-act="printReport"[^]*Open in Browser/);
    assert.doesNotMatch(renderReportPage(resources, false), /printReport|Print|Browser/);
  });
});
