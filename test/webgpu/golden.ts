import type { Bounds } from '../parity/compare';

export const root = 'test/fixtures/architectures';

/** SwiftShader was seen within 1.4e-5 (logits), 6e-6 (loss) and 2.1e-6 (gradients); a graphics card may round otherwise. */
export const bounds: Bounds = { logits: 1e-4, loss: 5e-5, gradients: 1e-4 };

/** Fewer folders than the repository holds would be a test that says less than its name. */
export const leastFolders = 16;
