import { UserError } from '../common/errors';
import { supportedFamilies } from '../architectures/families';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { loadModel } from './loadedModel';

/** The families whose formula a checkpoint's tensors and config fit, whatever family the config names. */
export function listFittingFamilies(checkpoint: Checkpoint): string[] {
  return supportedFamilies.filter((modelType) => {
    try {
      loadModel({ ...checkpoint, config: { ...checkpoint.config, modelType } });
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  });
}
