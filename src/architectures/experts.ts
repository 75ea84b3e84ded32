import { mostExpertsInAll } from '../checkpoint/limits';
import { UserError } from '../common/errors';
import type { Value } from '../graph/graph';
import {
  cut,
  gatherRows,
  join,
  multiply,
  reciprocal,
  reshape,
  softmax,
  sumLast,
  transpose,
} from '../graph/operators';
import { collectRows, keepLargest, placesByGroup, sendRows } from '../graph/routing';
import { gatedMlp, type GatedMlpOptions } from './gatedMlp';
import { project, type Pass } from './pass';

interface ExpertsOptions {
  readonly count: number;
  /** How many experts each token goes to. */
  readonly chosen: number;
  /** Whether the shares of a token's experts are scaled to sum to one. */
  readonly normalised: boolean;
  /** Prefix of the router `gate` and of `experts.0`, `experts.1` and so on. */
  readonly name: string;
  readonly expert: GatedMlpOptions;
}

/**
 * Requires that a model's layers have a number of experts that can be written into a graph.
 * @throws UserError `broken-config`.
 */
export function requireFewExperts(layers: number, count: number): void {
  if (layers * count <= mostExpertsInAll) return;
  throw new UserError(
    'broken-config',
    `config.json has ${layers} layers of ${count} experts; at most ${mostExpertsInAll} experts in all are read.`,
    'Download config.json again from where the model was published; it must describe these weights.',
  );
}

/**
 * A mixture of gated MLPs (Shazeer et al. 2017; Fedus et al. 2022) on x [rows, hidden]: a router gives each
 * token shares of its likeliest experts, whose outputs are added in these shares. Tokens are sorted by
 * expert, so that an expert computes only its own tokens; an expert without tokens multiplies no rows.
 */
export function experts(
  pass: Pass,
  x: Value,
  { count, chosen, normalised, name, expert }: ExpertsOptions,
): Value {
  const router = project(pass, x, `${name}.gate`, count, { role: 'router' });
  const { kept, columns } = keepLargest(softmax(router), chosen);
  const shares = transpose(normalised ? multiply(kept, reciprocal(sumLast(kept))) : kept, [1, 0]);

  const places = placesByGroup(shares, columns, `visits of ${name}`);
  const names = Array.from({ length: count }, (_, index) => `${name}.experts.${index}`);
  const visitors = sendRows(x, places);
  const shapes = names.map((expertName) => [`visits of ${expertName}`, x.shape[1]!]);
  const outputs = cut(visitors, places.counts, 0, shapes).map((states, index) =>
    gatedMlp(pass, states, names[index]!, expert),
  );
  const weights = gatherRows(reshape(shares, [`slots of ${name}`, 1]), places.flat);
  const weighted = multiply(join(outputs, places.counts, 0, visitors.shape), weights);
  return collectRows(weighted, places);
}
