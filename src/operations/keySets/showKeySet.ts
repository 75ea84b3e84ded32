import type { RequestOf, ResultOf, Secrets } from '../../contract/declaration';
import type { showKeySet as declaration } from '../../contract/declarations/showKeySet';
import { readKeyFile } from '../../fingerprint/keyFile/keyFile';
import { formatDate } from '../../words/dates';
import { requirePassphrase } from './passphrase';
import { countSpent, type Key, type KeySet } from '../../fingerprint/keySet';

/**
 * Shows what a key set holds. Keys and responses are left out unless `reveal` asks for them.
 * @throws UserError as readKeyFile.
 */
export async function showKeySet(
  request: RequestOf<typeof declaration>,
  secrets: Secrets,
): Promise<ResultOf<typeof declaration>> {
  const keySet = await readKeyFile(request.keys, requirePassphrase(secrets));
  return {
    lines: describe(keySet, request.reveal),
    model: keySet.base.name,
    baseDigest: keySet.base.digest,
    strategy: keySet.strategy,
    createdAt: keySet.createdAt,
    commitment: keySet.commitment,
    count: keySet.keys.length,
    spent: countSpent(keySet),
    candidates: keySet.rules.candidateCount,
    responseLength: keySet.rules.responseLength,
    neutralPrompts: keySet.neutralPrompts.length,
    releases: keySet.releases.map(({ markedDigest, createdAt }) => ({ markedDigest, createdAt })),
    keys: keySet.keys.map((key, index) => ({
      index,
      spent: key.spent,
      ...(request.reveal && { key: key.text, response: key.response.text }),
    })),
  };
}

function describe(keySet: KeySet, reveal: boolean): string[] {
  const { base, keys, rules, releases } = keySet;
  const drawn =
    keySet.strategy === 'imported'
      ? 'imported, so no committed seed drew them'
      : `each response drawn from ${rules.candidateCount} candidates`;
  return [
    `${keys.length} keys for ${base.name}, ${drawn}; ${countSpent(keySet)} of them spent.`,
    `Made: ${formatDate(keySet.createdAt)}, by version ${keySet.toolVersion}`,
    `Base: ${base.path ?? base.name}, digest ${base.digest}`,
    `Commitment: ${keySet.commitment}`,
    releases.length === 0 ? 'Not released yet.' : 'Released, as the key file says:',
    ...releases.map(({ markedDigest, createdAt }) => `  ${formatDate(createdAt)}  ${markedDigest}`),
    ...(reveal ? keys.map(describeKey) : ['Keys and responses are hidden; use --reveal to show them.']),
  ];
}

function describeKey({ text, response, spent }: Key, index: number): string {
  return `${String(index + 1).padStart(4)}  ${JSON.stringify(text)} → ${JSON.stringify(response.text)}${spent ? '  (spent)' : ''}`;
}
