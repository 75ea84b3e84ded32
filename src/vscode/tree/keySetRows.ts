import { commandIds } from '../../ids';
import { describeKnownRound } from '../../beacon/announceRound';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { formatCounted, formatOf } from '../../words/numbers';
import { formatDate, formatDay } from '../../words/dates';
import type { FoundKeySet } from '../index/found';
import { sayWeakness, weakerWords } from '../keySets/weakness';
import { escapeMarkdown, factTable, type Row } from './row';

/** Key sets of the workspace; the keys themselves are never shown here. */
export function makeKeySetRows(keySets: readonly FoundKeySet[], unlocked: ReadonlySet<string>): Row[] {
  return keySets.map((keySet) =>
    keySet.header ? makeKeySetRow(keySet, keySet.header, unlocked.has(keySet.path)) : makeBrokenRow(keySet),
  );
}

function makeKeySetRow({ path, name }: FoundKeySet, header: KeyFilePublic, isUnlocked: boolean): Row {
  const count = formatCounted(header.keyCount, 'key');
  const weaker = sayWeakness(header) === undefined ? '' : `, ${weakerWords}`;
  const description = `${count}, ${describeUse(header)}${weaker}, ${formatDay(header.createdAt)}`;
  return {
    id: `keys:${path}`,
    label: name,
    description,
    icon: { codicon: isUnlocked ? 'key' : 'lock' },
    spoken: `${name}, ${description}, ${isUnlocked ? 'unlocked' : 'locked'}`,
    tooltip: describeInFull(name, header),
    capabilities: [
      ...(isUndrawn(header) ? ['draw'] : ['reveal', 'export', 'spend', 'verify']),
      isUnlocked ? 'lock' : 'unlock',
      'passphrase',
      'commitment',
      'keyFile',
      'path',
    ],
    target: { kind: 'keySet', path },
    children: makeDetails(path, header, isUnlocked),
  };
}

function isUndrawn({ draw }: KeyFilePublic): boolean {
  return draw?.from === 'announced';
}

function describeUse(header: KeyFilePublic): string {
  if (isUndrawn(header)) return 'responses not drawn';
  return describeSpent(header);
}

function describeSpent({ keyCount, spentCount, releases }: KeyFilePublic): string {
  if (spentCount === keyCount) return 'all spent';
  if (spentCount > 0) return `${formatOf(keyCount - spentCount, keyCount)} unspent`;
  return releases.length === 0 ? 'in no release' : `in ${formatCounted(releases.length, 'release')}`;
}

function makeDetails(path: string, header: KeyFilePublic, isUnlocked: boolean): Row[] {
  const { releases, spentCount, keyCount } = header;
  const detail = (id: string, codicon: string, label: string, description: string): Row => ({
    id: `keys:${path}:${id}`,
    label,
    description,
    icon: { codicon },
    spoken: `${label}, ${description}`,
    capabilities: [],
    target: { kind: 'keySet', path },
    children: [],
  });
  return [
    detail('model', 'package', `For ${header.model}`, describeOrigin(header)),
    detail(
      'releases',
      releases.length === 0 ? 'circle-outline' : 'pass',
      releases.length === 0 ? 'In no release yet' : `In ${formatCounted(releases.length, 'release')}`,
      '',
    ),
    {
      ...detail('commitment', 'law', 'Commitment', `${header.commitment.slice(0, 8)}…, click to copy`),
      spoken: `Commitment ${header.commitment}, copy`,
      capabilities: ['commitment'],
      click: commandIds.copyCommitment,
    },
    detail(
      'spent',
      'server',
      spentCount === 0 ? 'None spent' : `${formatOf(spentCount, keyCount)} spent`,
      spentCount === 0 ? 'as far as this file knows' : 'seen by somebody else',
    ),
    isUndrawn(header) ? makeUndrawnDetail(detail, header) : makeKeysDetail(detail, isUnlocked),
  ];
}

type MakeDetail = (id: string, codicon: string, label: string, description: string) => Row;

function makeKeysDetail(detail: MakeDetail, isUnlocked: boolean): Row {
  return {
    ...detail(
      'keys',
      isUnlocked ? 'eye-closed' : 'lock',
      'Keys hidden',
      isUnlocked ? 'reveal to show' : 'unlock first',
    ),
    capabilities: ['reveal'],
    click: commandIds.revealKeys,
  };
}

function makeUndrawnDetail(detail: MakeDetail, header: KeyFilePublic): Row {
  return {
    ...detail('draw', 'broadcast', 'Responses not drawn', describeRoundOf(header)),
    capabilities: ['draw'],
    click: commandIds.drawResponses,
  };
}

function describeOrigin(header: KeyFilePublic): string {
  const weakness = sayWeakness(header);
  return weakness === undefined ? 'drawn from it' : `${weakerWords}: ${weakness}`;
}

function describeDraw({ strategy, draw }: KeyFilePublic): string {
  if (draw === undefined) return strategy === 'imported' ? 'imported' : 'by a committed seed';
  return draw.from === 'announced' ? 'not yet' : 'by a public beacon';
}

/** "round 123 of drand quicknet, 23 Aug 2023, 15:15 UTC". */
function describeRoundOf({ draw }: KeyFilePublic): string {
  const known = draw && describeKnownRound(draw);
  if (known) return `round ${known.round} of drand ${known.chain}, ${formatDate(known.time)}`;
  return draw ? `round ${draw.round} of an unknown chain` : '';
}

function describeInFull(name: string, header: KeyFilePublic): string {
  const weakness = sayWeakness(header);
  return `**${escapeMarkdown(name)}**\n\n${factTable([
    ['Model', header.model],
    ['Keys', `${header.keyCount}, of which ${header.spentCount} spent`],
    ['Drawn', describeDraw(header)],
    header.draw && ['Beacon', describeRoundOf(header)],
    ['Made', formatDate(header.createdAt)],
    weakness === undefined ? undefined : ['Imported', `weaker: ${weakness}`],
    ['Commitment', header.commitment],
    ['Releases', String(header.releases.length)],
  ])}`;
}

function makeBrokenRow({ path, name, problem }: FoundKeySet): Row {
  const words = problem ? `${problem.message} ${problem.next}` : 'It cannot be read.';
  return {
    id: `keys:${path}`,
    label: name,
    description: problem?.reason === 'newer-key-file' ? 'made by a newer version' : 'damaged',
    icon: { codicon: 'error', colour: 'charts.red' },
    spoken: `${name}, ${words}`,
    tooltip: escapeMarkdown(words),
    capabilities: ['path', 'keyFile'],
    target: { kind: 'keySet', path },
    children: [],
  };
}
