import type { Diagnosis, DoctorReport } from '../contract/declarations/doctor';
import { sayWorks } from '../operations/words/doctorWords';
import { formatSize } from '../words/figures';
import { escapeMarkdown } from '../words/escape';
import { formatCounted } from '../words/numbers';

/** The doctor's findings as a Markdown page. */
export function renderDevicesPage(report: DoctorReport): string {
  const { auto } = report;
  const chosen = report.devices.find(({ device }) => device === auto.device)!;
  return [
    '# Devices of this machine',
    `**Models run on: ${escapeMarkdown(chosen.name)}**, unless the settings name a different device.`,
    ...(auto.device === 'cpu' ? [escapeMarkdown(auto.reason)] : []),
    renderFacts(report),
    ...report.devices.flatMap(renderDevice),
  ]
    .join('\n\n')
    .concat('\n');
}

function renderFacts({ memory, cards, ...report }: DoctorReport): string {
  const rows = [
    ['Processor', formatCounted(report.threads, 'thread')],
    ['Memory', sayFree(memory)],
    ...cards.map((card) => [card.name, sayFree(card)]),
    ['System', `${report.platform} on ${report.arch}`],
    ['Versions', `fingerprint-model ${report.tool}, onnxruntime ${report.onnxruntime}, Node ${report.node}`],
  ];
  const lines = rows.map((cells) => `| ${cells.map(escapeMarkdown).join(' | ')} |`);
  return ['| | |', '| --- | --- |', ...lines].join('\n');
}

function sayFree({ freeBytes, totalBytes }: DoctorReport['memory']): string {
  return `${formatSize(freeBytes)} free of ${formatSize(totalBytes)}`;
}

function renderDevice(diagnosis: Diagnosis): string[] {
  const heading = `## ${escapeMarkdown(diagnosis.name)} (\`${diagnosis.device}\`)`;
  switch (diagnosis.state) {
    case 'works':
      return [heading, `${sayWorks(diagnosis)}${diagnosis.isChosen ? ' `auto` uses it.' : ''}`];
    case 'not offered':
      return [heading, escapeMarkdown(`Not offered on this system; it is ${diagnosis.where}.`)];
    case 'failed':
      return [
        heading,
        escapeMarkdown(`Does not work: ${diagnosis.fault}.`),
        escapeMarkdown(`How to fix it: ${diagnosis.fix}`),
        ...renderCommands(diagnosis.commands),
      ];
  }
}

/** The page runs nothing: users copy the commands that they want. */
function renderCommands(commands: readonly string[]): string[] {
  return commands.length === 0 ? [] : [['```sh', ...commands, '```'].join('\n')];
}
