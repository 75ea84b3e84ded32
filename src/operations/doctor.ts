import { availableParallelism } from 'node:os';
import { tryingDevice } from '../contract/phases';
import { readMemory } from '../common/memory';
import type { RequestOf } from '../contract/declaration';
import { devices, type Device } from '../contract/devices';
import { doctor as declaration, type Diagnosis, type DoctorReport } from '../contract/declarations/doctor';
import { throwIfCancelled } from '../common/errors';
import { deviceNames } from '../words/devices';
import { surveyDevices, thisMachine, type DeviceSurvey, type Machine } from '../engine/devices/chooseDevice';
import { adviseOn, placesOfDevices } from '../engine/devices/deviceAdvice';
import { readSystemFacts, type SystemFacts } from '../engine/devices/systemFacts';
import type { Operation } from './operation';
import { toolVersion } from './toolVersion';

/**
 * Tries every device of this machine and reports what works, what does not, and how to fix it. Installs and
 * changes nothing.
 */
export const doctor: Operation<RequestOf<typeof declaration>, DoctorReport> = {
  declaration,
  async run(_request, context) {
    const machine = thisMachine();
    const check: Machine['check'] = (device, precision) => {
      throwIfCancelled(context.signal);
      context.report({ type: 'phase', phase: tryingDevice(device) });
      return machine.check(device, precision);
    };
    const report = await examine({ ...machine, check }, await readSystemFacts());
    throwIfCancelled(context.signal);
    return report;
  },
};

/** The report on a machine. */
export async function examine(machine: Machine, facts: SystemFacts): Promise<DoctorReport> {
  const survey = await surveyDevices(machine);
  return {
    tool: toolVersion,
    node: process.versions.node,
    onnxruntime: facts.runtimeVersion,
    platform: facts.platform,
    arch: facts.arch,
    threads: availableParallelism(),
    memory: readMemory(),
    cards: [...facts.cards],
    devices: await diagnoseAll(machine, survey, facts),
    auto: { ...survey.choice },
  };
}

async function diagnoseAll(machine: Machine, survey: DeviceSurvey, facts: SystemFacts): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const device of devices) {
    const diagnosis = diagnose(device, survey, facts);
    const isCard = diagnosis.state === 'works' && device !== 'cpu';
    diagnoses.push(isCard ? { ...diagnosis, half: await computesHalf(machine, device) } : diagnosis);
  }
  return diagnoses;
}

async function computesHalf(machine: Machine, device: Device): Promise<boolean> {
  try {
    await machine.check(device, 'half');
    return true;
  } catch {
    return false;
  }
}

function diagnose(device: Device, survey: DeviceSurvey, facts: SystemFacts): Diagnosis {
  const state = survey.devices.find((found) => found.device === device);
  const named = { device, name: deviceNames[device] };
  if (state === undefined) return { ...named, state: 'not offered', where: placesOfDevices[device] };
  if (state.fault === undefined) return { ...named, state: 'works', isChosen: state.isChosen };
  const { fault, fix, commands } = adviseOn(device, state.fault, facts);
  return { ...named, state: 'failed', fault, fix, commands: [...commands] };
}
