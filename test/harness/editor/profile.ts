// A VS Code profile for one run: settings, extensions and state in a temporary folder that is removed with
// it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
};

/** The folder that is removed with the profile, and two folders in it. */
export interface Profile {
  readonly folder: string;
  readonly data: string;
  readonly extensions: string;
}

/** User settings by id. */
export type Settings = Readonly<Record<string, unknown>>;

/** Makes a profile with these user settings besides the quiet ones. Pass it to removeProfile afterwards. */
export function createProfile(settings: Settings = {}): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'fingerprint-editor-'));
  const profile = { folder, data: join(folder, 'data'), extensions: join(folder, 'extensions') };
  // An interrupted run leaves nothing behind either.
  process.on('exit', () => removeProfile(profile));
  mkdirSync(join(profile.data, 'User'), { recursive: true });
  mkdirSync(profile.extensions);
  const file = join(profile.data, 'User', 'settings.json');
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  return profile;
}

export function removeProfile({ folder }: Profile): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
