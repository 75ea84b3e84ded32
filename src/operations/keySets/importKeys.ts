import { basename } from 'node:path';
import { openCheckpoint } from '../../checkpoint/checkpoint';
import { digestCheckpoint, digestTokenizer } from '../../checkpoint/identity';
import type { DeeplyReadonly, RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { importKeys as declaration } from '../../contract/declarations/importKeys';
import { writeKeyFile } from '../../fingerprint/keyFile/keyFile';
import { importKeys as importRows, parseKeyRows } from '../../fingerprint/keyFile/plainKeys';
import { importUndrawnKeys, parseUndrawnRows } from '../../fingerprint/keyFile/plainUndrawnKeys';
import { newSeed } from '../../fingerprint/seed';
import { announceNow, listAnnounced } from './announcing';
import { loadStoredModel } from '../../engine/loadedModel';
import { openTokenizer } from '../openModel';
import { assertNewFile } from './newFile';
import { requirePassphrase } from './passphrase';
import { readSmallFile } from './readSmallFile';
import { toolVersion } from '../toolVersion';

const mostFileBytes = 2 ** 28;

/**
 * Makes a key set from keys and responses that came from elsewhere. It runs no model, so the set has no
 * neutral prompts; unless a beacon draws, its draws are bound to nothing: {@link importLimits} says what that means.
 * @throws UserError `file-exists`, `no-such-folder`, `not-found`, `broken-json`, `unexpected-content`,
 * `unusable-keys`, `unusable-round`, and as openCheckpoint, loadStoredModel, openTokenizer and writeKeyFile.
 */
export async function importKeys(
  request: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<DeeplyReadonly<ResultOf<typeof declaration>>> {
  const { file, out, draw } = request;
  const passphrase = requirePassphrase(secrets);
  await assertNewFile(out);
  const text = (await readSmallFile(file, 'file of keys', mostFileBytes)).toString('utf8');
  const checkpoint = await openCheckpoint(request.model);
  const loaded = await loadStoredModel(checkpoint);
  const { tokenizer, warnings } = await openTokenizer(loaded);
  const { root } = await digestCheckpoint(checkpoint);
  const source = {
    tokenizer,
    base: {
      name: basename(checkpoint.dir),
      path: checkpoint.dir,
      digest: root,
      tokenizerDigest: await digestTokenizer(checkpoint.dir),
    },
    seed: newSeed(),
    toolVersion,
    neutralPrompts: [],
  };
  const keySet =
    draw === undefined
      ? importRows(parseKeyRows(text, file), file, { ...source, createdAt: new Date().toISOString() })
      : importUndrawnKeys(parseUndrawnRows(text, file), file, source, announceNow(draw));
  await writeKeyFile(out, keySet, passphrase);
  return {
    out,
    count: keySet.keys.length,
    commitment: keySet.commitment,
    ...listAnnounced(keySet),
    warnings: [
      ...checkpoint.warnings,
      ...loaded.warnings,
      ...warnings,
      ...(draw === undefined ? importLimits : importLimits.slice(1)),
    ],
  };
}

/** What an imported key set cannot show; the first holds where no beacon draws. */
export const importLimits: readonly [string, string] = [
  'These keys were imported: no committed seed drew their responses, so the commitment shows when they were fixed, but not that they were drawn by chance.',
  'An imported key set has no neutral prompts, so a verification cannot remove the effect that any fine-tuning has on words.',
];
