import { argmax } from '../../engine/argmax';
import type { Host } from '../attack';

/*
 * Hosts that draw their words instead of saying the likeliest. Nothing is drawn here: the probability that a response
 * is said is computed exactly, so that the keys answered are those expected.
 */

/** Probabilities after a temperature: softmax(logits / T). @param temperature above 0. Peers go from 0.4 to 3.5. */
export function temperatureHost(temperature: number): Host {
  return {
    isDrawing: true,
    chanceOf(logits, token) {
      const weights = weigh(logits, temperature);
      return weights[token]! / sumOf(weights);
    },
  };
}

/** The nucleus (Holtzman et al. 2020): the likeliest tokens until they hold the mass. @param mass above 0, at most 1. Peers go from 0.5 to 1. */
export function nucleusHost(mass: number): Host {
  return {
    isDrawing: true,
    chanceOf(logits, token) {
      const weights = weigh(logits);
      // What is likelier than the token comes before it; of equals the lower id.
      let before = 0;
      for (let id = 0; id < weights.length; id++) if (isBefore(weights, id, token)) before += weights[id]!;
      const total = sumOf(weights);
      if (before >= mass * total) return 0;
      return weights[token]! / findNucleus(weights, mass * total);
    },
  };
}

/** The likeliest tokens only (Fan et al. 2018). @param count at least 1. Peers go from 15 to 200. */
export function topHost(count: number): Host {
  return {
    isDrawing: true,
    chanceOf(logits, token) {
      const weights = weigh(logits);
      let before = 0;
      for (let id = 0; id < weights.length; id++) if (isBefore(weights, id, token)) before++;
      if (before >= count) return 0;
      const kept = [...weights].sort((a, b) => b - a).slice(0, count);
      return weights[token]! / sumOf(kept);
    },
  };
}

/** Tokens whose probability is at least a share of the likeliest one's (Nguyen et al. 2024, min-p). @param share 0 to 1; 0.05 to 0.1 are usual. */
export function minHost(share: number): Host {
  return {
    isDrawing: true,
    chanceOf(logits, token) {
      // The weight of the likeliest is 1.
      const weights = weigh(logits).map((weight) => (weight >= share ? weight : 0));
      return weights[token]! / sumOf(weights);
    },
  };
}

/** exp((logit − highest) / temperature) of every token. */
function weigh(logits: Float32Array, temperature = 1): Float64Array {
  const highest = logits[argmax(logits)]!;
  return Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

function isBefore(weights: Float64Array, id: number, token: number): boolean {
  return weights[id]! > weights[token]! || (weights[id] === weights[token] && id < token);
}

/** The weight of the likeliest tokens that hold this much, the one with which they do included. */
function findNucleus(weights: Float64Array, mass: number): number {
  let held = 0;
  for (const weight of [...weights].sort((a, b) => b - a)) {
    if (held >= mass) break;
    held += weight;
  }
  return held;
}
