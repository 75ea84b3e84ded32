import { commandIds } from '../../ids';
import type { KeyFilePublic } from '../../fingerprint/keyFile/keyFile';
import { formatCounted, formatOf } from '../../words/numbers';
import { formatDate } from '../../words/dates';
import type { FoundKeySet } from '../index/found';
import { escapeMarkdown, factTable, type Row } from './row';

/** Key sets of the workspace; the keys themselves are never shown here. */
export function makeKeySetRows(keySets: readonly FoundKeySet[], unlocked: ReadonlySet<string>): Row[] {
  return keySets.map((keySet) =>
    keySet.header ? makeKeySetRow(keySet, keySet.header, unlocked.has(keySet.path)) : makeBrokenRow(keySet),
  );
}

function makeKeySetRow({ path, name }: FoundKeySet, header: KeyFilePublic, isUnlocked: boolean): Row {
  const count = formatCounted(header.keyCount, 'key');
  const description = `${count}, ${describeUse(header)}`;
  return {
    id: `keys:${path}`,
    label: name,
    description,
    icon: { codicon: isUnlocked ? 'key' : 'lock' },
    spoken: `${name}, ${description}, ${isUnlocked ? 'unlocked' : 'locked'}`,
    tooltip: describeInFull(name, header),
    capabilities: ['reveal', isUnlocked ? 'lock' : 'unlock', 'passphrase', 'export', 'path'],
    target: { kind: 'keySet', path },
    children: makeDetails(path, header, isUnlocked),
  };
}

function describeUse({ keyCount, spentCount, releases }: KeyFilePublic): string {
  if (spentCount === keyCount) return 'all spent';
  if (spentCount > 0) return `${formatOf(keyCount - spentCount, keyCount)} unspent`;
  return releases.length === 0 ? 'not committed' : `in ${formatCounted(releases.length, 'release')}`;
}

function makeDetails(path: string, header: KeyFilePublic, isUnlocked: boolean): Row[] {
  const { releases, spentCount, keyCount, strategy } = header;
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
    detail('model', 'package', `For ${header.model}`, strategy === 'imported' ? 'imported' : 'drawn from it'),
    detail(
      'releases',
      releases.length === 0 ? 'circle-outline' : 'pass',
      releases.length === 0 ? 'In no release yet' : `In ${formatCounted(releases.length, 'release')}`,
      `commitment ${header.commitment.slice(0, 8)}…`,
    ),
    detail(
      'spent',
      'server',
      spentCount === 0 ? 'None spent' : `${formatOf(spentCount, keyCount)} spent`,
      spentCount === 0 ? 'seen by nobody else' : 'seen by somebody else',
    ),
    {
      ...detail(
        'keys',
        isUnlocked ? 'eye-closed' : 'lock',
        'Keys hidden',
        isUnlocked ? 'reveal to show' : 'unlock first',
      ),
      capabilities: ['reveal'],
      click: commandIds.revealKeys,
    },
  ];
}

function describeInFull(name: string, header: KeyFilePublic): string {
  return `**${escapeMarkdown(name)}**\n\n${factTable([
    ['Model', header.model],
    ['Keys', `${header.keyCount}, of which ${header.spentCount} spent`],
    ['Drawn', header.strategy === 'imported' ? 'imported' : 'by a committed seed'],
    ['Made', formatDate(header.createdAt)],
    ['Commitment', `${header.commitment.slice(0, 16)}…`],
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
    capabilities: ['path'],
    target: { kind: 'keySet', path },
    children: [],
  };
}
