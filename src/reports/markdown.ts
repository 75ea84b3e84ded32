import { basename } from 'node:path';
import type { DriftReport } from '../drift/driftReport';
import type { VerifyReport } from '../verify/verifyReport';
import { listDriftRecord, tabulateDistance, tabulateLoss, tabulateRanges } from './driftTables';
import { escapeMarkdown } from './escape';
import { listVerifyRecord, tabulateKeys, tabulateRanks, tabulateTests } from './verifyTables';
import { nameTest } from './makeVerifyReport';
import type { Fact, Table } from './table';
import { formatDate } from './words';

/** A verification as Markdown. */
export function renderVerifyMarkdown(report: VerifyReport): string {
  const { verdict } = report;
  const name = basename(report.suspect.path) || report.suspect.path;
  return joinBlocks([
    `# ${escapeMarkdown(`Verification of ${name}`)}`,
    `checked ${formatDate(report.date)}`,
    `**${escapeMarkdown(verdict.sentence)}**`,
    escapeMarkdown(verdict.chance),
    escapeMarkdown(verdict.rule),
    '## How the number was reached',
    renderTable(tabulateTests(report)),
    escapeMarkdown(verdict.correction),
    ...report.draws.flatMap((draw) => [
      `### ${escapeMarkdown(nameTest(draw.name))}`,
      ...renderCaptioned(tabulateRanks(draw)),
    ]),
    '## What was found',
    renderList(report.shows),
    '## What it does not show',
    renderList(report.doesNotShow),
    '## Keys asked',
    ...renderCaptioned(tabulateKeys(report)),
    '## Record',
    renderFacts(listVerifyRecord(report)),
  ]);
}

/** A measurement of drift as Markdown. */
export function renderDriftMarkdown(report: DriftReport): string {
  const name = basename(report.marked.path) || report.marked.path;
  return joinBlocks([
    `# ${escapeMarkdown(`Drift of ${name}`)}`,
    `measured ${formatDate(report.date)}`,
    `**${escapeMarkdown(report.sentence)}**`,
    escapeMarkdown(report.detail),
    '## Loss and perplexity',
    ...renderCaptioned(tabulateLoss(report)),
    '## Distance',
    ...renderCaptioned(tabulateDistance(report)),
    ...renderCaptioned(tabulateRanges(report)),
    ...renderContinuations(report),
    '## Limits',
    renderList(report.limits),
    '## Record',
    renderFacts(listDriftRecord(report)),
  ]);
}

function renderContinuations({ continuations }: DriftReport): string[] {
  if (continuations.length === 0) return [];
  const columns = [{ name: 'Beginning' }, { name: 'Original' }, { name: 'Marked' }];
  const rows = continuations.map(({ prompt, base, marked }) => [
    prompt,
    base,
    base === marked ? 'identical' : marked,
  ]);
  return ['## Before and after', renderTable({ caption: '', columns, rows, strongRow: -1 })];
}

function renderCaptioned(table: Table): string[] {
  return [escapeMarkdown(table.caption), renderTable(table)];
}

function renderTable({ columns, rows, strongRow }: Table): string {
  const head = columns.map(({ name }) => escapeMarkdown(name));
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  const body = rows.map((cells, r) =>
    cells.map((cell) => (r === strongRow ? `**${escapeMarkdown(cell)}**` : escapeMarkdown(cell))),
  );
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function renderList(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapeMarkdown(line)}`).join('\n');
}

function renderFacts(facts: readonly Fact[]): string {
  return facts.map(({ name, value }) => `- ${name}: ${escapeMarkdown(value)}`).join('\n');
}

function joinBlocks(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}
