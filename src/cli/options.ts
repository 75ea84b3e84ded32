import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  deviceWishSchema,
  precisionWishSchema,
  type DeviceWish,
  type PrecisionWish,
} from '../contract/devices';
import { taskNames, taskNameSchema, type TaskFile } from '../contract/compared/tasks';

/** A subcommand with the options of every command. */
export function addCommand(parent: Command, usage: string, description: string): Command {
  return parent.command(usage).description(description).option('--json', 'print one JSON object per line');
}

/** Where and how to run a model: options of every command that runs one. */
export interface PlacementOptions {
  readonly device: DeviceWish;
  readonly precision: PrecisionWish;
  /** GB. */
  readonly memory?: number;
}

/** Adds the options of every command that runs a model. */
export function addPlacementOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--device <device>', 'the device that models run on')
        .choices(deviceWishSchema.options)
        .default('auto'),
    )
    .addOption(
      new Option(
        '--precision <precision>',
        'how products with weights are computed; half is useful only on a graphics card',
      )
        .choices(precisionWishSchema.options)
        .default('auto'),
    )
    .option('--memory <gb>', 'the most memory that models may use on their device', parseGigabytes);
}

/** The same in the form that operations take. */
export function placementOf({ device, precision, memory }: PlacementOptions): {
  device: DeviceWish;
  precision: PrecisionWish;
  memoryBytes: number | undefined;
} {
  return { device, precision, memoryBytes: memory === undefined ? undefined : Math.round(memory * 1e9) };
}

function parseGigabytes(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 0.001 && value <= 1e6) return value;
  throw new InvalidArgumentError('Give a number of gigabytes, such as 8 or 0.5.');
}

/** A drift budget, in nats a token. */
export function parseNats(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+(e-?\d+)?$/i.test(text) && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number of nats a token above 0, such as 0.03.');
}

/** A day or an instant, as ISO 8601 writes it; a day means its beginning, UTC. */
export function parseDate(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Give a date such as 2026-11-27 or 2026-11-27T12:00Z.');
  return new Date(time).toISOString();
}

/** A parser of whole numbers from `least` to `most`. */
export function parseCount(most: number, least = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/**
 * Adds the files of a `--tasks` to those before: `FILE`, `NAME=FILE`, and several of them between commas. A path that
 * exists as it is given is never cut.
 */
export function collectTaskFiles(text: string, before: readonly TaskFile[] = []): readonly TaskFile[] {
  const given = existsSync(text) ? [text] : text.split(',');
  return [...before, ...given.map(parseTaskFile)];
}

function parseTaskFile(text: string): TaskFile {
  const [, name, path] = /^([a-z_-]+)=(.+)$/i.exec(text) ?? [];
  if (existsSync(text) || name === undefined) return { path: resolve(text) };
  const parsed = taskNameSchema.safeParse(name.toLowerCase());
  if (parsed.success) return { path: resolve(path!), name: parsed.data };
  throw new InvalidArgumentError(
    `There is no task ${name}. Give one of ${taskNames.join(', ')}, or the file alone.`,
  );
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** The same fields without those that are undefined. */
export function dropUndefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
