import type { ProbeFindings } from '../../contract/probeFindings';
import { formatFixed, formatPercent, formatSmall } from '../../words/numbers';

/** The findings of the probe of a model's first steps, in plain words with units; nats are per token. */
export function listProbeFindings(found: ProbeFindings): { readonly name: string; readonly value: string }[] {
  return [
    { name: 'Chosen learning rate', value: String(Number(found.learningRate.toPrecision(3))) },
    { name: 'A step moves hidden states by', value: formatPercent(found.stateShift, 2) },
    { name: 'A step moves predictions by', value: `${formatSmall(found.predictionShift)} nats` },
    { name: 'Typical size of trained weights', value: formatSmall(found.weightScale) },
    { name: 'Typical size of norm weights', value: formatSmall(found.normScale) },
    { name: 'Entropy of ordinary text', value: `${formatFixed(found.entropy, 2)} nats` },
  ];
}

/** The same in one line. */
export function sayProbeFindings(found: ProbeFindings): string {
  const facts = listProbeFindings(found).map(
    ({ name, value }) => `${name.charAt(0).toLowerCase()}${name.slice(1)} ${value}`,
  );
  return `What the probe found: ${facts.join(', ')}.`;
}
