import type { Failure } from '../../jobs/messages';
import { formatDuration, formatRough } from '../../protocol/figures';
import type { StepSummary } from '../../protocol/panel/parts';
import type { RunView } from '../../protocol/panel/run';
import { notReadyWords } from '../../reports/notReady';
import { formatCount, formatPercent } from '../../reports/words';

/** Why a run stopped, short enough for a tab. */
export const shortReasons: Readonly<Record<string, string>> = {
  'out-of-memory': 'out of memory',
  'child-killed': 'process killed',
  'child-crashed': 'process crashed',
  'disk-full': 'disk full',
  'not-writable': 'cannot write',
  'keys-not-learned': 'keys not learned',
  'device-failed': 'device failed',
  'other-model': 'another model',
  'wrong-passphrase': 'wrong passphrase',
};

/** The words of the step Run: "62 %, 3 min left", "Paused at step 186", "Stopped: out of memory". */
export function describeRunStep(view: RunView, failure: Failure | undefined): StepSummary {
  const at = atStep(view);
  switch (view.state) {
    case 'none':
      return { state: 'open', words: 'Not started' };
    case 'starting':
      return { state: 'running', words: 'Starting' };
    case 'running':
      return { state: 'running', words: describeShare(view) };
    case 'pausing':
      return { state: 'running', words: 'Pausing' };
    case 'stopping':
      return { state: 'running', words: 'Stopping' };
    case 'cancelling':
      return { state: 'running', words: 'Cancelling' };
    case 'paused':
      return { state: 'paused', words: `Paused${at}` };
    case 'cancelled':
      return { state: 'open', words: `Cancelled${at}` };
    case 'interrupted':
      return { state: 'warning', words: `Interrupted${at}` };
    case 'failed':
      return { state: 'failed', words: describeFailure(failure) };
    case 'done':
      return view.notReady
        ? { state: 'warning', words: notReadyWords }
        : { state: 'ready', words: describeEnd(view) };
  }
}

function atStep({ loss }: RunView): string {
  const last = loss.at(-1);
  return last === undefined ? '' : ` at step ${formatCount(last.step)}`;
}

function describeShare({ share, secondsLeft, stage }: RunView): string {
  if (share === null) return stage?.phase ?? 'Running';
  const left = secondsLeft === null ? '' : `, ${formatRough(secondsLeft)} left`;
  return `${formatPercent(Math.floor(share * 100) / 100, 0)}${left}`;
}

function describeFailure(failure: Failure | undefined): string {
  const reason = failure && shortReasons[failure.reason];
  return reason === undefined ? 'Stopped' : `Stopped: ${reason}`;
}

function describeEnd({ elapsedSeconds }: RunView): string {
  return elapsedSeconds === null ? 'Done' : `Done in ${formatDuration(elapsedSeconds)}`;
}
