import * as vscode from 'vscode';
import * as z from 'zod';
import { deviceWishSchema, precisionWishSchema, type PlacementWish } from '../contract/devices';
import { settingIds } from '../ids';

const deviceSchema = deviceWishSchema.catch('auto');
const precisionSchema = precisionWishSchema.catch('auto');
/** GB. */
const memorySchema = z.number().min(0).max(1e6).catch(0);
const threadsSchema = z.int().min(0).max(256).catch(0);
const keepFinishedRunsSchema = z.int().min(1).max(1000).catch(50);
/** A folder below the workspace folder: not absolute, and not outside it. */
const reportsFolderSchema = z
  .string()
  .max(200)
  .regex(/^(?!.*(^|[\\/])\.\.([\\/]|$))[^\\/:]+([\\/][^\\/:]+)*$/)
  .catch('fingerprint-reports');

/** The settings of the editor, read again each time. An unusable value counts as none: the default applies. */
export const settings = {
  /** Where models run. */
  device: (): PlacementWish['device'] => read(settingIds.device, deviceSchema),
  /** Where and how models run, in the form that operations take. */
  placement: (): PlacementWish => {
    const gigabytes = read(settingIds.memory, memorySchema);
    return {
      device: settings.device(),
      precision: read(settingIds.precision, precisionSchema),
      ...(gigabytes > 0 && { memoryBytes: Math.ceil(gigabytes * 1e9) }),
    };
  },
  /** Threads that a run may use; 0 leaves one core to the editor. */
  threads: () => read(settingIds.threads, threadsSchema),
  /** Relative to the workspace folder of `resource`. */
  reportsFolder: (resource?: vscode.Uri) => read(settingIds.reportsFolder, reportsFolderSchema, resource),
  /** How many ended runs are kept in the extension's storage. */
  keepFinishedRuns: () => read(settingIds.keepFinishedRuns, keepFinishedRunsSchema),
};
export type Settings = typeof settings;

function read<T>(id: string, schema: z.ZodType<T>, resource?: vscode.Uri): T {
  return schema.parse(vscode.workspace.getConfiguration(undefined, resource).get<unknown>(id));
}
