import type { DriftReport } from '../../drift/driftReport';
import { toolName } from '../../operations/toolVersion';

/**
 * Whether a measurement can be compared with those that *Measure Drift of All Releases* makes: of the bundled text, by
 * this version. Figures of other texts, or of another way of measuring, say nothing about which release moved less.
 */
export function isMeasuredAlike({ tool, textSources }: Pick<DriftReport, 'tool' | 'textSources'>): boolean {
  return tool === toolName && textSources.every((source) => source.startsWith('bundled '));
}
