// The journey's steps: named, in order; the first that fails ends it.
import { join } from 'node:path';
import { root } from '../../../../scripts/common.mjs';
import type { Counts } from '../../nodeTests';
import type { Workbench } from '../workbench';

export const shotsFolder = join(root, 'out', 'shots');

/** Runs steps for a workbench and counts them. */
export class Course {
  passed = 0;
  failed = 0;

  constructor(private readonly workbench: Workbench) {}

  /** Runs one step and prints its name and time. A failure is pictured in out/shots/journey-failed.png and thrown again. */
  async step(name: string, act: () => Promise<void>): Promise<void> {
    const startMs = performance.now();
    const say = (sign: string): void => {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      process.stdout.write(`  ${sign} ${name} (${seconds} s)\n`);
    };
    try {
      await act();
      this.passed++;
      say('✔');
    } catch (error) {
      this.failed++;
      say('✖');
      await this.workbench.takeShot(join(shotsFolder, 'journey-failed.png')).catch(() => undefined);
      throw error;
    }
  }
}

/** Goes a way in a workbench, whole or up to the first step that fails, and closes it. */
export async function goWay(workbench: Workbench, way: (course: Course) => Promise<void>): Promise<Counts> {
  const course = new Course(workbench);
  try {
    await way(course);
  } catch (error) {
    process.stderr.write(`${(error as Error).stack ?? ''}\n`);
    if (course.failed === 0) course.failed++;
  } finally {
    await workbench.close();
  }
  return { passed: course.passed, failed: course.failed };
}
