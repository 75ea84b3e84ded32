import type { Watch } from '../contract/events';
import { isMadeHere, rememberMade } from '../common/installation';
import { choosePlacement } from '../engine/devices/choosePlacement';
import { withLanguageModel } from '../engine/openLanguageModel';
import type { PlacementWish } from '../contract/devices';
import { rederive, whyNotDerivable } from '../fingerprint/drawing/rederive';
import type { KeySet } from '../fingerprint/keySet';
import { checkDraw, type DrawCheck } from '../fingerprint/laterDraw/beaconDraw';
import { judgeReadings, type ReadingsAnswer } from '../verify/askReadings';
import type { Asked } from '../verify/askSuspect';
import {
  beaconClaim,
  derivedClaim,
  keyFileClaim,
  rememberedClaim,
  type Claim,
  type Registration,
} from '../verify/claim';
import type { OpenModel } from './openModel';

interface Circumstances extends PlacementWish {
  /** The base, if it is at hand. */
  readonly base: OpenModel | undefined;
  /** Whether to draw the key set again: by default only if it did not come out here before. */
  readonly rederive: boolean | undefined;
  /** What the user knows of the commitment that came before a beacon's draw. */
  readonly registration: Registration | undefined;
}

/**
 * Judges what a suspect said in every reading, as far as anybody can know how the drawn words of the key set
 * were chosen: by a beacon, whose round is checked, or from a seed. Only where they agree with the suspect does
 * that matter: then the key set is drawn again from its seed, if the base is there and its way of drawing is
 * this program’s. A set that came out whole is not drawn again by this installation: on a model of a hundred
 * million parameters that takes minutes.
 * @throws Cancelled; UserError as choosePlacement and rederive.
 */
export async function judgeClaim(
  keySet: KeySet,
  asked: readonly Asked[],
  { base, rederive: isWanted, registration, ...wish }: Circumstances,
  watch: Watch,
): Promise<ReadingsAnswer> {
  const asFiled = judgeReadings(
    asked,
    await claimAsFiled(keySet, { base, rederive: isWanted, registration }),
  );
  const canBeDerived = keySet.draw.from === 'seed' && whyUnchecked(keySet, base, isWanted) === undefined;
  if (base === undefined || !canBeDerived || asFiled.judgement.verdict.kind !== 'agrees') return asFiled;
  if (isWanted === undefined && isMadeHere('drawing', keySet.commitment))
    return judgeReadings(asked, rememberedClaim(keySet.keys.length));
  const { precision = 'single', device } = keySet.drawing ?? {};
  const isHalf = precision === 'half';
  // Where the card of today has no half precision, single is tried: a few sets come out all the same.
  const { placement } = await choosePlacement(
    { ...wish, precision: isHalf ? 'auto' : 'single' },
    base.loaded,
  );
  const found = await withLanguageModel(base.loaded, placement, (model) =>
    rederive(keySet, { model, tokenizer: base.tokenizer, placement }, watch),
  );
  const claim = derivedClaim(found.keys);
  // Half precision differs from device to device: that is no sign of a lie.
  if (isHalf && claim.kind === 'contradicted')
    return judgeReadings(
      asked,
      keyFileClaim(
        `it was drawn in half precision (${device}), and did not come out again on ${placement.device}`,
      ),
    );
  if ([...found.keys, ...found.neutralPrompts].every((cameOut) => cameOut))
    rememberMade('drawing', keySet.commitment);
  const derived = keySet.neutralPrompts.filter((_, index) => found.neutralPrompts[index]);
  const neutral = new Set(derived.map(({ ids }) => ids.join()));
  return judgeReadings(asked, claim, (ids) => neutral.has(ids.join()));
}

/** The claim before anything is drawn again: that of a beacon's draw, or of the key file with the reason. */
export async function claimAsFiled(
  keySet: KeySet,
  { base, rederive: isWanted, registration }: Pick<Circumstances, 'base' | 'rederive' | 'registration'>,
): Promise<Claim> {
  const drawn = await checkDraw(keySet);
  if (drawn) return claimOfBeacon(drawn, registration);
  const why = whyUnchecked(keySet, base, isWanted);
  return keyFileClaim(why ?? 'it was not drawn again, because nothing hangs on it');
}

/**
 * The claim that is found where everything is in order, without the work: of a beacon's draw, else as if the key
 * set came out of its seed again, else that of the key file.
 */
export async function supposeClaim(keySet: KeySet): Promise<Claim> {
  const drawn = await checkDraw(keySet);
  if (drawn) return claimOfBeacon(drawn, undefined);
  const why = whyNotDerivable(keySet);
  return why === undefined ? derivedClaim(keySet.keys.map(() => true)) : keyFileClaim(why);
}

/** A key file whose draw does not verify is not opened at all; this is what a chain unknown here leaves. */
function claimOfBeacon(
  { fault, chainName, time, ...draw }: DrawCheck,
  registration: Registration | undefined,
): Claim {
  if (fault !== undefined || chainName === undefined || time === undefined)
    return keyFileClaim(`its draw by a beacon was not verified: ${fault ?? 'its chain is not known'}`);
  return beaconClaim({ ...draw, chainName, time }, registration);
}

function whyUnchecked(
  keySet: KeySet,
  base: OpenModel | undefined,
  isWanted: boolean | undefined,
): string | undefined {
  const why = whyNotDerivable(keySet);
  if (why !== undefined) return why;
  if (base === undefined) return 'without its base it cannot be drawn again from its seed';
  return isWanted === false ? 'it was not drawn again from its seed this time' : undefined;
}
