import { digestJson } from '../fingerprint/canonical';
import type { RehearsalReport } from './rehearsalReport';

/** What a certificate binds together: everything but words, and places that differ from machine to machine. */
export type Certified = Pick<
  RehearsalReport,
  'tool' | 'date' | 'device' | 'keySet' | 'release' | 'settings' | 'textSources' | 'tokens' | 'rows' | 'grade'
> & { readonly base: { readonly digest: string }; readonly marked: { readonly digest: string } };

/** SHA-256 of the canonical JSON of what a rehearsal's certificate binds together, in hexadecimal. */
export function certifyRehearsal(report: Certified): string {
  const { tool, date, device, keySet, release, settings, textSources, tokens, rows, grade } = report;
  return digestJson({
    format: 'fingerprint-model/rehearsal-certificate',
    ...{ tool, date, device, keySet, release, settings, textSources, tokens, rows, grade },
    base: report.base.digest,
    marked: report.marked.digest,
  });
}
