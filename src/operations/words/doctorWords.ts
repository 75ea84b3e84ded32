import { formatBytes } from '../../engine/estimate';
import type { Diagnosis, DoctorReport } from '../../contract/declarations/doctor';

/** The report for a terminal: the machine, the choice of `auto`, and a block of lines for every device. */
export function describeDoctor(report: DoctorReport): string[] {
  return [
    ...describeMachine(report),
    '',
    `With --device auto: ${report.auto.reason}`,
    ...report.devices.flatMap((diagnosis) => ['', ...describeDevice(diagnosis)]),
  ];
}

function describeMachine({ memory, cards, ...report }: DoctorReport): string[] {
  return [
    `fingerprint-model ${report.tool}, Node ${report.node}, onnxruntime ${report.onnxruntime}, ${report.platform} on ${report.arch}`,
    `Processor: ${report.threads} ${report.threads === 1 ? 'thread' : 'threads'}; memory: ${formatBytes(memory.freeBytes)} free of ${formatBytes(memory.totalBytes)}`,
    ...cards.map(
      ({ name, freeBytes, totalBytes }) =>
        `Graphics card: ${name}; memory: ${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`,
    ),
  ];
}

/** "Works, in half precision too." */
export function sayWorks({ half }: Extract<Diagnosis, { state: 'works' }>): string {
  if (half === undefined) return 'Works.';
  return half ? 'Works, in half precision too.' : 'Works, but not in half precision.';
}

function describeDevice(diagnosis: Diagnosis): string[] {
  const { device, name } = diagnosis;
  const title = device === 'cpu' ? device : `${device}: ${name}`;
  switch (diagnosis.state) {
    case 'works':
      return [title, `  ${sayWorks(diagnosis)}${diagnosis.isChosen ? ' auto uses it.' : ''}`];
    case 'not offered':
      return [title, `  Not offered on this system; it is ${diagnosis.where}.`];
    case 'failed':
      return [
        title,
        `  Does not work: ${diagnosis.fault}.`,
        `  How to fix it: ${diagnosis.fix}`,
        ...diagnosis.commands.map((command) => `    ${command}`),
      ];
  }
}
