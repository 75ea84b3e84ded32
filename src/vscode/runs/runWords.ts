/** Why a run stopped, short enough for a tab. */
export const shortReasons: Readonly<Record<string, string>> = {
  'out-of-memory': 'out of memory',
  'child-killed': 'process killed',
  'child-crashed': 'process crashed',
  'disk-full': 'disk full',
  'not-writable': 'cannot write',
  'keys-not-learned': 'keys not learned',
  'device-failed': 'device failed',
  'other-model': 'another model',
  'wrong-passphrase': 'wrong passphrase',
};
