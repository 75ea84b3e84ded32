import { createKeySet } from './keySets/createKeySet';
import { doctor } from './doctor';
import { drift } from './drift';
import { embed } from './embed';
import { inspectModel } from './inspectModel';
import { previewKeySet } from './keySets/previewKeySet';
import { rehearse } from './rehearse';
import { verify } from './verify';

/** Every operation that runs a model or loads native code, and therefore runs in a child process, by its name in jobs. */
export const operations = {
  createKeySet,
  embed,
  verify,
  drift,
  rehearse,
  inspectModel,
  previewKeySet,
  doctor,
};
