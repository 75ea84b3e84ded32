import type { Command } from 'commander';
import { doctor } from '../contract/declarations/doctor';
import { describeDoctor } from '../operations/words/doctorWords';
import { runBriefly } from './childWork';
import type { Call } from './edge';
import { exitCodes } from './exitCodes';
import { addCommand } from './options';

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, call: Call): void {
  addCommand(program, doctor.name, doctor.description).action(async () => {
    const report = await runBriefly(call, { operation: doctor, request: {}, secrets: {} });
    call.output.result(report, describeDoctor(report));
    const cpu = report.devices.find(({ device }) => device === 'cpu');
    // Everything can be done on the CPU; only without that the machine is of no use.
    if (cpu?.state !== 'works') call.exitCode = exitCodes.failed;
  });
}
