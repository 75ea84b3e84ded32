import { UserError } from '../../common/errors';
import type { PanelSession } from './panelSession';

/**
 * The chosen checkpoint folder.
 * @throws UserError `no-model`.
 */
export function requireModel({ intent }: PanelSession): string {
  if (intent.model !== null) return intent.model;
  throw new UserError('no-model', 'No model is chosen.', 'Choose one in the Model step.');
}
