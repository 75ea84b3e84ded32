/** The longest name of a file or folder on the usual file systems, in bytes. */
const mostNameBytes = 255;
/** What goes behind a name while it is made: a run folder, a lock, a temporary file. */
const spareBytes = 30;

const forbidden = /[<>:"/\\|?*]/;
const controls = /[\u0000-\u001f\u007f]/;
const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Why a name cannot be that of a file or folder on Linux, macOS and Windows alike, in one sentence; undefined when it
 * can. What is made here is published and copied to machines of others.
 */
export function findNameFault(name: string): string | undefined {
  if (name.trim() === '' || name === '.' || name === '..') return 'Give a name.';
  const bad = forbidden.exec(name)?.[0];
  if (bad !== undefined) return `A name must not contain ${bad}, which not every system allows.`;
  if (controls.test(name)) return 'A name must not contain control characters.';
  if (/[. ]$/.test(name)) return 'A name must not end with a dot or a space.';
  if (name.startsWith(' ')) return 'A name must not begin with a space.';
  if (reserved.test(name)) return `Windows keeps the name ${name.split('.')[0]} for itself.`;
  const bytes = new TextEncoder().encode(name).length;
  return bytes > mostNameBytes - spareBytes
    ? `The name is too long: ${bytes} bytes, and at most ${mostNameBytes - spareBytes} work everywhere.`
    : undefined;
}
