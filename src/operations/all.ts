import { createKeySet } from './createKeySet';
import { drift } from './drift';
import { embed } from './embed';
import { inspectModel } from './inspectModel';
import { previewKeySet } from './previewKeySet';
import { verify } from './verify';

/** Everything that runs a model and so happens in a child process, by the name a job asks for it. */
export const operations = { createKeySet, embed, verify, drift, inspectModel, previewKeySet };
