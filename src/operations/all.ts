import { createKeySet } from './createKeySet';
import { drift } from './drift';
import { embed } from './embed';
import { verify } from './verify';

/** Everything that runs a model and so happens in a child process, by the name a job asks for it. */
export const operations = { createKeySet, embed, verify, drift };
