import type { Declaration, Traits } from './declaration';
import { changePassphrase } from './declarations/changePassphrase';
import { createKeySet } from './declarations/createKeySet';
import { doctor } from './declarations/doctor';
import { drawResponses } from './declarations/drawResponses';
import { drift } from './declarations/drift';
import { embed } from './declarations/embed';
import { exportKeySet } from './declarations/exportKeySet';
import { importKeys } from './declarations/importKeys';
import { inspect } from './declarations/inspect';
import { inspectModel } from './declarations/inspectModel';
import { previewKeySet } from './declarations/previewKeySet';
import { showKeySet } from './declarations/showKeySet';
import { showRun } from './declarations/showRun';
import { spendKeys } from './declarations/spendKeys';
import { rehearse } from './declarations/rehearse';
import { verify } from './declarations/verify';

/** Everything a user, an edge or an agent can ask for. */
export const declarations = [
  createKeySet,
  embed,
  verify,
  drift,
  rehearse,
  inspectModel,
  previewKeySet,
  doctor,
  inspect,
  showKeySet,
  exportKeySet,
  importKeys,
  drawResponses,
  changePassphrase,
  spendKeys,
  showRun,
] as const;

const byName: ReadonlyMap<string, Declaration> = new Map<string, Declaration>(
  declarations.map((declared) => [declared.name, declared]),
);

/** The operation of this name; undefined for one that this version does not know. */
export function findDeclaration(name: string): Declaration | undefined {
  return byName.get(name);
}

/** Whether an operation of this name has a trait; one that this version does not know has none. */
export function hasTrait(name: string, trait: keyof Traits): boolean {
  return findDeclaration(name)?.traits[trait] ?? false;
}
