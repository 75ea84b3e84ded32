import { isPart, listParts, nameOf, type Part } from './part';

/**
 * The ids that a tokenizer.json's post-processor puts before a text.
 * @throws Error when a part is not known or incomplete.
 */
export function listBeginIds(part: unknown): number[] {
  if (part === undefined || part === null) return [];
  if (!isPart(part)) throw new Error('its post_processor has no type');
  switch (part.type) {
    case 'Sequence':
      // Each puts its own before what those before it have made.
      return listParts(part.processors).reduce<number[]>((ids, one) => [...listBeginIds(one), ...ids], []);
    case 'TemplateProcessing':
      return readTemplate(part);
    case 'BertProcessing':
    case 'RobertaProcessing':
      return [demandId(Array.isArray(part.cls) ? (part.cls as unknown[])[1] : undefined)];
    case 'ByteLevel':
      return [];
    default:
      throw new Error(`unknown post_processor "${nameOf(part)}"`);
  }
}

function readTemplate(part: Part): number[] {
  const ids: number[] = [];
  for (const { SpecialToken: special } of listParts(part.single)) {
    if (!isPart(special)) break;
    const { special_tokens: named } = part;
    const token = isPart(named) && typeof special.id === 'string' ? named[special.id] : undefined;
    if (!isPart(token) || !Array.isArray(token.ids)) throw new Error('its post_processor names no ids');
    ids.push(...token.ids.map(demandId));
  }
  return ids;
}

function demandId(id: unknown): number {
  if (Number.isSafeInteger(id) && Number(id) >= 0) return Number(id);
  throw new Error('its post_processor names no ids');
}
