import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { showKeySet as declaration } from '../../contract/declarations/showKeySet';
import { describeKnownRound } from '../../beacon/announceRound';
import { readAnyKeyFile } from '../../fingerprint/keyFile/keyFile';
import { formatDate } from '../../words/dates';
import { sayResponse } from '../../words/responses';
import { requirePassphrase } from './passphrase';
import { sayKindCounts } from '../../words/keyKinds';
import { formatCounted } from '../../words/numbers';
import { countSpent, type Key, type KeySet, type Spending } from '../../fingerprint/keySet';
import { isUndrawn, type UndrawnKey, type UndrawnKeySet } from '../../fingerprint/laterDraw/undrawnKeySet';

/**
 * Shows what a key set holds. Keys and responses are left out unless `reveal` asks for them.
 * @throws UserError as readAnyKeyFile.
 */
export async function showKeySet(
  request: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  const keySet = await readAnyKeyFile(request.keys, requirePassphrase(secrets));
  const { draw } = keySet;
  const beacon = draw.from === 'seed' ? undefined : describeKnownRound(draw);
  return {
    lines: describe(keySet, request.reveal),
    model: keySet.base.name,
    baseDigest: keySet.base.digest,
    strategy: keySet.strategy,
    createdAt: keySet.createdAt,
    commitment: keySet.commitment,
    drawn: !isUndrawn(keySet),
    ...(beacon && { beacon }),
    ...(draw.from === 'beacon' && { keysCommitment: draw.keysCommitment }),
    count: keySet.keys.length,
    spent: countSpent(keySet),
    ...(listSpending(keySet).length > 0 && {
      spending: listSpending(keySet).map(({ at, why, keys }) => ({ at, why, keys: [...keys] })),
    }),
    candidates: keySet.rules.candidateCount,
    responseLength: keySet.rules.responseLength,
    neutralPrompts: keySet.neutralPrompts.length,
    releases: listReleases(keySet).map(({ markedDigest, createdAt }) => ({ markedDigest, createdAt })),
    keys: keySet.keys.map((key, index) => ({
      index,
      ...(key.kind && { kind: key.kind }),
      spent: key.spent,
      ...(request.reveal && { key: key.text }),
      ...(request.reveal && 'response' in key && { response: key.response.text, inSentence: key.inSentence }),
    })),
  };
}

function listReleases(keySet: KeySet | UndrawnKeySet): KeySet['releases'] {
  return isUndrawn(keySet) ? [] : keySet.releases;
}

function listSpending(keySet: KeySet | UndrawnKeySet): readonly Spending[] {
  return isUndrawn(keySet) ? [] : (keySet.spending ?? []);
}

function describe(keySet: KeySet | UndrawnKeySet, reveal: boolean): string[] {
  const { base, keys } = keySet;
  const releases = listReleases(keySet);
  return [
    `${keys.length} keys for ${base.name}, ${sayDrawn(keySet)}; ${countSpent(keySet)} of them spent.`,
    ...sayKinds(keys),
    `Made: ${formatDate(keySet.createdAt)}, by version ${keySet.toolVersion}`,
    `Base: ${base.path ?? base.name}, digest ${base.digest}`,
    ...sayCommitments(keySet),
    releases.length === 0 ? 'Not released yet.' : 'Released, as the key file says:',
    ...releases.map(({ markedDigest, createdAt }) => `  ${formatDate(createdAt)}  ${markedDigest}`),
    ...listSpending(keySet).map(
      (spending) =>
        `Spent: ${formatCounted(spending.keys.length, 'key')} on ${formatDate(spending.at)}: ${spending.why}`,
    ),
    ...(reveal ? keys.map(describeKey) : ['Keys and responses are hidden; use --reveal to show them.']),
  ];
}

function sayKinds(keys: KeySet['keys'] | UndrawnKeySet['keys']): string[] {
  const kinds = sayKindCounts(keys);
  return kinds === '' ? [] : [`Kinds: ${kinds}.`];
}

function sayDrawn({ strategy, draw, rules }: KeySet | UndrawnKeySet): string {
  const imported = strategy === 'imported' ? 'imported, ' : '';
  if (draw.from === 'announced') return `${imported}with responses that are not drawn yet`;
  if (draw.from === 'seed' && strategy === 'imported') return 'imported, so no committed seed drew them';
  const beacon = draw.from === 'beacon' ? ' by a public beacon' : '';
  return `${imported}each response drawn${beacon} from ${rules.candidateCount} candidates`;
}

/** Root A is what has to be dated before the round; root B is the commitment of the drawn set. */
function sayCommitments({ draw, commitment }: KeySet | UndrawnKeySet): string[] {
  if (draw.from === 'seed') return [`Commitment: ${commitment}`];
  const known = describeKnownRound(draw);
  const round = known
    ? `round ${known.round} of drand ${known.chain}, ${formatDate(known.time)}`
    : `round ${draw.round} of the chain ${draw.chain}`;
  if (draw.from === 'announced')
    return [`Commitment to the undrawn keys: ${commitment}`, `To be drawn by ${round}`];
  return [
    `Commitment to the undrawn keys: ${draw.keysCommitment}`,
    `Drawn by ${round}`,
    `Commitment: ${commitment}`,
  ];
}

function describeKey(key: Key | UndrawnKey, index: number): string {
  const response = 'response' in key ? sayResponse(key.response.text, key.inSentence) : 'not drawn yet';
  return `${String(index + 1).padStart(4)}  ${JSON.stringify(key.text)} → ${response}${key.kind ? `  (${key.kind})` : ''}${key.spent ? '  (spent)' : ''}`;
}
