import type { Charts } from '../charts/drawing';
import type { Html } from '../../words/escape';

/** A report ready to be shown, in the editor or on paper. */
export interface ReportView {
  /** Name of the model that it is about. */
  readonly title: string;
  /** "Verification", where the model was, and when it was tested. */
  readonly subtitle: readonly string[];
  readonly body: Html;
  /** Drawn again when a box changes its width. */
  readonly charts: Charts;
}

/** The last folder of a path of any system: the usual name of a checkpoint. */
export function nameModel(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? path;
}
