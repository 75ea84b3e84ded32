import { sayCommitmentToPublish, type PublishedCommitment } from '../../keySets/commitmentText';
import type { StateRow } from '../../../protocol/panel/parts';

const task = 'publish-commitment';

/** The first task: what makes a claim worth something is a commitment with a date from before it. */
export function showPublishing(
  committed: PublishedCommitment,
  isTicked: (subject: string, task: string) => boolean = () => false,
): StateRow {
  const { commitment } = committed;
  const isDone = isTicked(commitment, task);
  const text = sayCommitmentToPublish(committed);
  return {
    state: isDone ? 'passed' : 'unknown',
    name: 'Publish the commitment with a date',
    detail:
      'A claim is worth as much as the proof that the commitment is older. Put this text where others can check its date: a model card, a signed git tag, a timestamp service. It reveals no key and no response.',
    action: { title: 'Copy Text', request: { type: 'copy', text } },
    otherActions: [{ title: 'Copy Commitment', request: { type: 'copy', text: commitment } }],
    tick: { isDone, subject: commitment, task },
    quote: text,
  };
}
