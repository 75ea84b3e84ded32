import { createKeySet } from './keySets/createKeySet';
import { doctor } from './doctor';
import { drift } from './drift';
import { embed } from './embed';
import { inspectModel } from './inspectModel';
import { previewKeySet } from './keySets/previewKeySet';
import { verify } from './verify';

/** Everything that runs a model or loads native code, and so happens in a child process, by the name a job asks for it. */
export const operations = { createKeySet, embed, verify, drift, inspectModel, previewKeySet, doctor };
