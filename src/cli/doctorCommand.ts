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
    // The CPU can do everything; the machine is only useless when the CPU fails.
    if (cpu?.state !== 'works') call.exitCode = exitCodes.failed;
  });
}
