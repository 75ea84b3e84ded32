import type { Command } from 'commander';
import { doctorReportSchema } from '../operations/doctorReport';
import { describeDoctor } from '../operations/doctorWords';
import { runBriefly } from './childWork';
import type { Call } from './edge';
import { exitCodes } from './exitCodes';
import { addCommand } from './options';

/** Adds `doctor`. */
export function addDoctorCommand(program: Command, call: Call): void {
  addCommand(program, 'doctor', 'try every device of this machine and say how to mend what fails').action(
    async () => {
      const report = await runBriefly(call, {
        operation: 'doctor',
        request: {},
        secrets: {},
        result: doctorReportSchema,
      });
      call.output.result(report, describeDoctor(report));
      const cpu = report.devices.find(({ device }) => device === 'cpu');
      // Everything can be done on the CPU; only without that the machine is of no use.
      if (cpu?.state !== 'works') call.exitCode = exitCodes.failed;
    },
  );
}
