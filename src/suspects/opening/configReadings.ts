import { isDeepStrictEqual } from 'node:util';
import { withFields, type Alternatives, type Draft } from './draft';

/*
 * The values of config.json that can be given twice, or that versions of transformers read differently. Which
 * one is meant is for the program that runs the suspect to say, so all of them are asked.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Two names of one value. Transformers takes either, and which one wins depends on the version. */
const twoNames: readonly (readonly [own: string, other: string])[] = [
  ['n_head', 'num_attention_heads'],
  ['n_layer', 'num_hidden_layers'],
  ['n_embd', 'hidden_size'],
  ['num_local_experts', 'num_experts'],
  ['rotary_emb_base', 'rope_theta'],
  ['rotary_pct', 'partial_rotary_factor'],
  ['hidden_activation', 'hidden_act'],
  ['activation_function', 'hidden_act'],
  ['layer_norm_eps', 'layer_norm_epsilon'],
  ['layer_norm_eps', 'rms_norm_eps'],
  ['layer_norm_epsilon', 'rms_norm_eps'],
];

/**
 * Everything in a config that can be read in more than one way.
 * @param hasBase whether the base's config is asked as well: then what is given once is read once.
 */
export function listConfigAlternatives(hasBase: boolean): readonly Alternatives[] {
  return [
    (draft) => (hasBase && !isGivenTwice(draft.raw) ? [draft] : readRotaryStyles(draft)),
    readRotaryNames,
    readLayerTypes,
    readHeadSize,
    ...twoNames.map(
      ([own, other]) =>
        (draft: Draft) =>
          readTwoNames(draft, own, other),
    ),
  ];
}

/** A model wrapped in another one has a config of its own in a field. */
export function readInnerConfig(draft: Draft): Draft[] {
  const inner = draft.raw.text_config;
  if (!isFields(inner)) return [draft];
  const modelType = typeof inner.model_type === 'string' ? inner.model_type : draft.modelType;
  const conflict = 'a config of the whole model and one of its language model (text_config)';
  return [draft, { ...withFields(draft, inner, conflict), modelType }];
}

const oldRotaryFields = ['rope_theta', 'rope_scaling', 'partial_rotary_factor', 'rope_local_base_freq'];

/** Whether the rotary positions are described in the old style and in the new one. */
function isGivenTwice(raw: Fields): boolean {
  const isOld = oldRotaryFields.some((field) => raw[field] !== undefined && raw[field] !== null);
  return isOld && (isFields(raw.rope_parameters) || isFields(raw.rope_scaling));
}

/**
 * transformers 4 reads `rope_theta` and `rope_scaling` beside each other and knows no `rope_parameters`;
 * transformers 5 reads one record of all, under either name.
 */
function readRotaryStyles(draft: Draft): Draft[] {
  const { rope_parameters: together, rope_scaling: scaling } = draft.raw;
  const conflict = `the rotary positions (${listGiven(draft.raw, [...oldRotaryFields, 'rope_parameters'])})`;
  const inside = { rope_theta: undefined, partial_rotary_factor: undefined };
  const old = {
    rope_parameters: undefined,
    ...(isFields(scaling) && { rope_scaling: withoutUndefined({ ...scaling, ...inside }) }),
  };
  const asOld = withFields(draft, old, conflict);
  if (!isFields(together)) return isFields(scaling) ? [draft, asOld] : [draft];
  return [draft, asOld, withFields(draft, { ...inside, rope_scaling: undefined }, conflict)];
}

/** `rope_type` was called `type`. Where both are given, versions disagree on which one counts. */
function readRotaryNames(draft: Draft): Draft[] {
  const others = ['rope_scaling', 'rope_parameters'].flatMap((field) => {
    const record = draft.raw[field];
    if (!isFields(record) || record.type === undefined || record.rope_type === undefined) return [];
    const { type } = record;
    if (type === record.rope_type) return [];
    return [withFields(draft, { [field]: { ...record, rope_type: type } }, `${field} (type and rope_type)`)];
  });
  return [draft, ...others];
}

/** Which layers see a window: a list, or the rule of the family before there was a list. */
function readLayerTypes(draft: Draft): Draft[] {
  if (!Array.isArray(draft.raw.layer_types)) return [draft];
  const names = ['layer_types', 'sliding_window', 'use_sliding_window', 'max_window_layers'];
  const conflict = `the windows of the layers (${listGiven(draft.raw, names)})`;
  return [draft, withFields(draft, { layer_types: undefined }, conflict)];
}

/** Before transformers 4.46 the size of a head always followed from hidden size and heads. */
function readHeadSize(draft: Draft): Draft[] {
  const { head_dim: size, hidden_size: hidden, num_attention_heads: heads } = draft.raw;
  if (typeof size !== 'number' || size * Number(heads) === hidden) return [draft];
  return [draft, withFields(draft, { head_dim: undefined }, 'the size of a head (head_dim and hidden_size)')];
}

function readTwoNames(draft: Draft, own: string, other: string): Draft[] {
  const [first, second] = [draft.raw[own], draft.raw[other]];
  if (first === undefined || second === undefined || isDeepStrictEqual(first, second)) return [draft];
  const conflict = `one value under two names (${own} and ${other})`;
  return [
    draft,
    withFields(draft, { [own]: second }, conflict),
    withFields(draft, { [other]: first }, conflict),
  ];
}

function listGiven(raw: Fields, names: readonly string[]): string {
  return names.filter((name) => raw[name] !== undefined && raw[name] !== null).join(', ');
}

function withoutUndefined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
