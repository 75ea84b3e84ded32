import type { Charts } from '../charts/drawing';
import type { Html } from '../../words/escape';

/** A report ready to be shown, in the editor or on paper. */
export interface ReportView {
  /** "Verification of chat-5M-r1". */
  readonly title: string;
  /** Where the model was, and when it was tested. */
  readonly subtitle: readonly string[];
  readonly body: Html;
  /** Drawn again when a box changes its width. */
  readonly charts: Charts;
}

/**
 * Where a model was, as a report tells other people: relative, or only its name. Reports of version 0.1.0 hold whole
 * paths, which name the user.
 */
export function showPlace(path: string): string {
  return /^(?:[/\\]|[a-z]:)/i.test(path) ? nameModel(path) : path.replace(/^(?:\.\.?\/)+/, '');
}

/** The last folder of a path of any system: the usual name of a checkpoint. */
export function nameModel(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
