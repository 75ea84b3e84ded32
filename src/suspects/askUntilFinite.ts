import type { Placement } from '../contract/devices';
import { formatCounted } from '../words/numbers';
import type { FiniteProbe } from './probeModel';

/** Asks in a placement; these tokens are never said. */
type Ask = (placement: Placement, silent: ReadonlySet<number>) => Promise<FiniteProbe>;

/**
 * Asks until the numbers are finite, if they can be. What is not finite in half precision is asked again in
 * single precision; then tokens whose rows in the vocabulary are no numbers, and that no key needs, are left
 * out.
 * @param listSilent those tokens.
 * @returns the last probe, and sentences on what was done.
 */
export async function askUntilFinite(
  placement: Placement,
  ask: Ask,
  listSilent: () => Promise<ReadonlySet<number>>,
): Promise<{ probe: FiniteProbe; notes: string[] }> {
  const notes: string[] = [];
  let place = placement;
  let probe = await ask(place, new Set());
  if (probe.notFinite.size > 0 && place.precision === 'half') {
    place = { ...place, precision: 'single' };
    probe = await ask(place, new Set());
    notes.push('Its numbers overflow in half precision, so it was asked again in single precision.');
  }
  if (probe.notFinite.size === 0) return { probe, notes };
  const silent = await listSilent();
  if (silent.size === 0) return { probe, notes };
  notes.push(
    `${formatCounted(silent.size, 'token')} that no key needs have weights that are not numbers: they were left out, as if never said.`,
  );
  return { probe: await ask(place, silent), notes };
}
