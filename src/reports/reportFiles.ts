import type { ReportKind } from '../contract/reportKinds';
import { nameModel } from './page/reportView';

/** File systems allow 255 bytes for a name with its endings. */
const mostNameBytes = 180;

/**
 * The name of a report's files without their endings: "chat-5M-r1.verify.fpreport". Reports of version 0.1.0
 * were called after their kind alone.
 * @param model path of the checkpoint that the report is about.
 */
export function nameReport(model: string, kind: ReportKind): string {
  return `${nameFile(model)}.${kind}.fpreport`;
}

/** The name of a model as part of a file's name that every system takes. */
export function nameFile(model: string): string {
  return cutBytes(cleanName(nameModel(model)));
}

/** Without what some system does not allow in a file's name. */
function cleanName(name: string): string {
  const cleaned = name.replace(/[\p{Cc}<>:"/\\|?*]/gu, '_').replace(/[. ]+$/, '');
  return cleaned === '' ? 'model' : cleaned;
}

function cutBytes(name: string): string {
  let cut = Array.from(name);
  while (Buffer.byteLength(cut.join('')) > mostNameBytes) cut = cut.slice(0, -1);
  return cut.join('');
}
