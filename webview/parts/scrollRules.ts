import type { PanelSnapshot } from '../../src/protocol/panel/snapshot';

/**
 * What a page is about. When this changes, another thing is shown and is read from its beginning; while it stays the
 * same, the page stays where its reader is.
 */
export function subjectOf({ step, model, keys, run }: PanelSnapshot, isPlanOpen: boolean): string {
  const part = step === 'keys' ? partOfKeys(keys, isPlanOpen) : step === 'run' ? (run.folder ?? '') : '';
  return [step, model.chosen?.path ?? '', part].join('\n');
}

function partOfKeys({ drawing, sets }: PanelSnapshot['keys'], isPlanOpen: boolean): string {
  if (drawing !== null) return 'drawing';
  return isPlanOpen || sets.length === 0 ? 'plan' : 'sets';
}
