import type { DriftReport } from '../drift/driftReport';
import type { RehearsalReport } from '../rehearse/rehearsalReport';
import type { VerifyReport } from '../verify/verifyReport';
import { reportKinds } from '../contract/reportKinds';
import { titleReport } from '../words/reports';
import {
  listComparedModels,
  listDriftRecord,
  tabulateDistance,
  tabulateLoss,
  tabulateRanges,
  tabulateRoundings,
} from './tables/driftTables';
import { escapeMarkdown } from '../words/escape';
import { showContinuation } from './words/continuationWords';
import { explainHowFar, sayHowFar } from './words/driftWords';
import { explainScore, listFindings } from './words/findings';
import { sumUpVerification } from './words/inShort';
import { sayReliance, type Reliance } from './words/reliance';
import { explainDriftTerms, explainVerifyTerms } from './words/terms';
import { notReadySource } from './words/notReady';
import { nameTest } from './words/testNames';
import { planGrowth, sayEnough } from './charts/growthChart';
import { headings, signatureNote, signatures } from './page/closing';
import { nameModel, showPlace } from './page/reportView';
import { drawnWordWords, growthWords } from './page/viewEvidence';
import { tabulateDrawnWords, tabulateGrowth } from './tables/evidenceTables';
import {
  listRehearsalModels,
  listRehearsalRecord,
  tabulateAnswers,
  tabulateDamage,
} from './tables/rehearsalTables';
import { sayCertificate, sayGrade } from './words/rehearsal';
import { tabulatePairs, tabulateScores, tabulateTasks } from './tasks/taskTables';
import { textOf, type Fact, type Table } from './tables/table';
import {
  listKinship,
  listModels,
  listNoticed,
  listVerifyRecord,
  tabulateKeys,
  tabulateLuck,
  tabulateRanks,
  tabulateTests,
  type RevealedKeys,
} from './tables/verifyTables';
import { leakageHeading } from './leakage/viewLeakage';
import { tabulateConfidence, tabulateLeaks } from './leakage/leakageTables';
import { sayLeakage } from './leakage/leakageWords';
import { taskHeading } from './tasks/viewTasks';
import { saySmallest, sumUpTasks } from './tasks/taskWords';
import { describeContinuations, describeTexts } from './page/viewDrift';
import { askRehearsal, describeRehearsalTexts } from './page/viewRehearsal';
import { askQuestion, explainP, headLimits, listSigned } from './page/viewVerify';
import { formatDate } from '../words/dates';

/** A verification as Markdown, with the same content as its page. */
export function renderVerifyMarkdown(report: VerifyReport, revealed: RevealedKeys = new Map()): string {
  const { verdict } = report;
  return joinBlocks([
    ...renderNotReady(report.notReady),
    `# ${escapeMarkdown(titleReport(reportKinds.verify, nameModel(report.suspect.path)))}`,
    `${escapeMarkdown(showPlace(report.suspect.path))}, checked ${formatDate(report.date)}`,
    escapeMarkdown(`${askQuestion(report).join('')}?`),
    `**${escapeMarkdown(verdict.sentence)}**`,
    escapeMarkdown(verdict.chance),
    renderFacts(sumUpVerification(report)),
    renderList(
      listFindings(report).map(({ test, sentence, detail }) => `${nameTest(test)}: ${sentence}. ${detail}`),
    ),
    '## Expected by chance',
    ...renderCaptioned(tabulateLuck(report)),
    ...renderRanks(report),
    ...renderEvidence(report),
    '## Keys asked',
    ...renderCaptioned(tabulateKeys(report, revealed)),
    '## How the number was reached',
    ...renderCaptioned(tabulateTests(report)),
    escapeMarkdown(`${verdict.correction} ${explainP(report)}`.trim()),
    '## What this shows',
    renderList(report.shows),
    `## ${headLimits(report)}`,
    renderList(report.doesNotShow),
    ...renderSection('What the suspect is', listKinship(report)),
    ...renderSection('What was noticed', listNoticed(report)),
    '## Models',
    renderFacts(listModels(report)),
    '## Record',
    renderFacts(listVerifyRecord(report)),
    ...renderReliance(sayReliance(report)),
    `## ${headings.terms}`,
    renderFacts(explainVerifyTerms(report)),
    `## ${headings.signatures}`,
    renderFacts(listSigned(report)),
    ...renderCaptioned(signatures),
    escapeMarkdown(signatureNote),
  ]);
}

/** The first line, before the title: nobody is to read a good verdict without it. */
function renderNotReady(reason: string | undefined): string[] {
  return reason === undefined ? [] : [`> **${escapeMarkdown(reason)}.** ${notReadySource}`];
}

function renderSection(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${head}`, renderList(lines)];
}

/** The figures of how the evidence came about; their pictures are only on the page. */
function renderEvidence(report: VerifyReport): string[] {
  const growth = planGrowth(report);
  const { drawnWords = [] } = report;
  const blocks = [
    ...(growth
      ? [
          `### ${growthWords.title}`,
          escapeMarkdown(`${sayEnough(growth)}; ${growthWords.unit}`),
          ...renderCaptioned(tabulateGrowth(growth)),
        ]
      : []),
    ...(drawnWords.length > 0
      ? [`### ${drawnWordWords.title}`, ...renderCaptioned(tabulateDrawnWords(drawnWords))]
      : []),
  ];
  return blocks.length === 0 ? [] : ['## How the evidence came about', ...blocks];
}

/** The command is in a block of its own, to be copied. */
function renderReliance({ sentence, steps, command }: Reliance): string[] {
  return [
    `## ${headings.reliance}`,
    escapeMarkdown(sentence),
    steps.map((step, i) => `${i + 1}. ${escapeMarkdown(step)}`).join('\n'),
    `\`\`\`\n${command}\n\`\`\``,
  ];
}

function renderRanks({ draws }: VerifyReport): string[] {
  const asked = draws.filter((draw) => draw.asked > 0);
  if (asked.length === 0) return [];
  const tables = asked.flatMap((draw) => [
    `### ${escapeMarkdown(nameTest(draw.name))}`,
    escapeMarkdown(explainScore(draw.name)),
    ...renderCaptioned(tabulateRanks(draw)),
  ]);
  return ['## Rank of the drawn word', ...tables];
}

/** A measurement of drift as Markdown, with the same content as its page. */
export function renderDriftMarkdown(report: DriftReport): string {
  return joinBlocks([
    ...renderNotReady(report.notReady),
    `# ${escapeMarkdown(titleReport(reportKinds.drift, nameModel(report.marked.path)))}`,
    `${escapeMarkdown(showPlace(report.marked.path))}, measured ${formatDate(report.date)}`,
    escapeMarkdown(`How far did marking move ${nameModel(report.marked.path)}?`),
    `**${escapeMarkdown(sayHowFar(report))}**`,
    escapeMarkdown(explainHowFar(report)),
    escapeMarkdown(describeTexts(report)),
    '## Drift of the predictions',
    ...renderCaptioned(tabulateDistance(report)),
    ...renderRoundings(report),
    '## Change in loss and perplexity',
    ...renderCaptioned(tabulateLoss(report)),
    '## How far single tokens moved',
    ...renderCaptioned(tabulateRanges(report)),
    ...renderTasks(report),
    ...renderLeakage(report),
    ...renderContinuations(report),
    '## Models',
    renderFacts(listComparedModels(report)),
    '## Record',
    renderFacts(listDriftRecord(report)),
    '## Limits',
    renderList(report.limits),
    `## ${headings.terms}`,
    renderFacts(explainDriftTerms(report)),
  ]);
}

function renderRoundings(report: DriftReport): string[] {
  const table = tabulateRoundings(report);
  return table ? ['## Beside rounding of the base', ...renderCaptioned(table)] : [];
}

function renderTasks({ tasks = [] }: DriftReport): string[] {
  if (tasks.length === 0) return [];
  return [
    `## ${taskHeading}`,
    escapeMarkdown(`${sumUpTasks(tasks)}.`),
    ...renderCaptioned(tabulateTasks(tasks)),
    escapeMarkdown(saySmallest(tasks)),
    ...renderCaptioned(tabulatePairs(tasks)),
    ...renderCaptioned(tabulateScores(tasks)),
  ];
}

function renderLeakage({ leakage }: DriftReport): string[] {
  if (!leakage) return [];
  const confidence = tabulateConfidence(leakage);
  return [
    `## ${leakageHeading}`,
    escapeMarkdown(sayLeakage(leakage).join(' ')),
    ...renderCaptioned(tabulateLeaks(leakage)),
    ...(confidence ? renderCaptioned(confidence) : []),
  ];
}

/** What a mark survives as Markdown, with the same content as its page. */
export function renderRehearsalMarkdown(report: RehearsalReport): string {
  return joinBlocks([
    ...renderNotReady(report.notReady),
    `# ${escapeMarkdown(titleReport(reportKinds.rehearsal, nameModel(report.marked.path)))}`,
    `${escapeMarkdown(showPlace(report.marked.path))}, rehearsed ${formatDate(report.date)}`,
    escapeMarkdown(askRehearsal(report)),
    `**${escapeMarkdown(report.sentence)}**`,
    escapeMarkdown(report.detail),
    ...sayGrade(report).map(escapeMarkdown),
    escapeMarkdown(sayCertificate(report)),
    escapeMarkdown(describeRehearsalTexts(report)),
    '## Keys answered',
    ...renderCaptioned(tabulateAnswers(report)),
    '## Cost of the attacks',
    ...renderCaptioned(tabulateDamage(report)),
    '## Models',
    renderFacts(listRehearsalModels(report)),
    '## Record',
    renderFacts(listRehearsalRecord(report)),
    '## Limits',
    renderList(report.limits),
  ]);
}

function renderContinuations(report: DriftReport): string[] {
  const { continuations } = report;
  if (continuations.length === 0) return [];
  const columns = [{ name: 'Prompt' }, { name: 'Base' }, { name: 'Marked' }];
  const rows = continuations
    .map(showContinuation)
    .map(({ role, prompt, base, marked }) => [
      role === '' ? prompt : `${role}: ${prompt}`,
      base,
      base === marked ? 'identical' : marked,
    ]);
  return [
    '## Before and after',
    ...renderCaptioned({ caption: describeContinuations(report), columns, rows, strongRow: -1 }),
  ];
}

function renderCaptioned(table: Table): string[] {
  return [escapeMarkdown(table.caption), renderTable(table)];
}

function renderTable({ columns, rows, strongRow }: Table): string {
  const head = columns.map(({ name }) => escapeMarkdown(name));
  const rule = columns.map(({ isNumber }) => (isNumber ? '---:' : '---'));
  const body = rows.map((cells, r) =>
    cells.map(textOf).map((text) => (r === strongRow ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text))),
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
