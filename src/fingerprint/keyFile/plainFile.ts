import * as z from 'zod';
import { parseJson } from '../../common/files';
import type { KeySet } from '../keySet';
import { modelDigestSchema } from './keySetSchema';
import { exportKeys, plainKeysNext } from './plainKeys';

const format = 'fingerprint-model/plain-keys';

/** The model that keys in the clear were made for, as their file says. */
export interface MadeFor {
  readonly model: string;
  readonly digest: string;
}

/** A file of keys in the clear before its rows are parsed. */
export interface PlainFile {
  readonly rows: unknown;
  /** Undefined for a bare list, as other tools and earlier versions write it. */
  readonly madeFor: MadeFor | undefined;
}

const wrapperSchema = z.looseObject({
  format: z.literal(format),
  version: z.literal(1),
  model: z.string().min(1).max(1000),
  digest: modelDigestSchema,
  keys: z.unknown(),
});

/** The content of a file of keys in the clear. It is the whole secret, and no backup: commitment and draw are not in it. */
export function describePlainFile(keySet: KeySet): object {
  const { name: model, digest } = keySet.base;
  return { format, version: 1, model, digest, keys: exportKeys(keySet) };
}

/**
 * Reads the frame of a file of keys in the clear.
 * @param text JSON; `name` says in errors whose it was
 * @throws UserError `broken-json` or `unexpected-content`.
 */
export function readPlainFile(text: string, name: string): PlainFile {
  if (!text.trimStart().startsWith('{'))
    return { rows: parseJson(text, z.unknown(), name, plainKeysNext), madeFor: undefined };
  const { model, digest, keys } = parseJson(text, wrapperSchema, name, plainKeysNext);
  return { rows: keys, madeFor: { model, digest } };
}
