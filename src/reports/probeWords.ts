import type { ProbeFindings } from '../embed/findings';
import { formatFixed, formatPercent, formatSmall } from './words';

/** What the probe of a model's first steps found, in plain words with units. */
export function listProbeFindings(found: ProbeFindings): { readonly name: string; readonly value: string }[] {
  return [
    { name: 'Learning rate chosen', value: formatSmall(found.learningRate) },
    { name: 'One step moves hidden states by', value: formatPercent(found.stateShift, 2) },
    { name: 'One step moves predictions by', value: `${formatSmall(found.predictionShift)} nats a token` },
    { name: 'Size of trained weights', value: `${formatSmall(found.weightScale)} (root mean square)` },
    { name: 'Size of norm weights', value: `${formatSmall(found.normScale)} (root mean square)` },
    { name: 'Entropy of ordinary text', value: `${formatFixed(found.entropy, 2)} nats a token` },
  ];
}

/** The same in one line. */
export function sayProbeFindings(found: ProbeFindings): string {
  const facts = listProbeFindings(found).map(({ name, value }) => `${name.toLowerCase()} ${value}`);
  return `What the probe found: ${facts.join(', ')}.`;
}
