import * as vscode from 'vscode';
import { UserError } from '../common/errors';

/**
 * In Restricted Mode checkpoints may be inspected, but nothing runs. The menus hide whatever is refused here.
 * @throws UserError `not-trusted`.
 */
export function requireTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    'not-trusted',
    'This workspace is in Restricted Mode: you can inspect files, but nothing runs.',
    'Trust the workspace first.',
  );
}
