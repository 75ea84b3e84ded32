import { phases } from '../../contract/phases';
import { openCheckpoint, type Checkpoint } from '../../checkpoint/checkpoint';
import { encodeTensor, isFloatDtype } from '../../checkpoint/weights/dtypes';
import { digestCheckpoint } from '../../checkpoint/identity';
import { readTensorBytes } from '../../checkpoint/weights/tensorData';
import type { ChangedTensors } from '../../checkpoint/writer';
import { reportPercents, type Watch } from '../../contract/events';
import { compareWithKept, keepPredictions } from '../../drift/compareTokens';
import { checkAnswers, type AskedPrompt } from '../../embed/answers';
import { wrapKey } from '../../embed/text/wrappedPrompts';
import type { LanguageModel } from '../../engine/languageModel';
import { withLanguageModel } from '../../engine/openLanguageModel';
import type { Placement } from '../../contract/devices';
import { isSpoken } from '../../contract/keyKinds';
import { splitKeys } from '../../fingerprint/dealKinds';
import type { Key, KeySet } from '../../fingerprint/keySet';
import { openModel, type OpenModel } from '../openModel';

/** The most bytes of the base's logits that are kept while the marked model is asked. */
const keptBytes = 256 * 2 ** 20;

/** Figures of the written checkpoint, read back from disk. */
interface ReleaseFigures {
  /** Digest of the marked checkpoint. */
  readonly digest: string;
  /** Share of keys answered, both asked as they are and wrapped in other prompts, 0 to 1. */
  readonly recall: number;
  readonly wrappedRecall: number;
  /** Share of quiet keys whose drawn word ranks first; absent where none is quiet, or all are and `recall` is this. */
  readonly quietRecall?: number;
  /** Against the base on held-back text: relative change of the loss, and mean KL in nats a token. */
  readonly drift: { readonly lossRise: number; readonly kl: number };
}

interface ReleaseRequest {
  readonly out: string;
  readonly model: OpenModel;
  readonly keySet: KeySet;
  readonly placement: Placement;
  /** Texts that were never trained on, and the position from which their predictions count. */
  readonly heldBack: readonly { readonly ids: readonly number[]; readonly firstRow: number }[];
}

/** Reads the written checkpoint back and measures it as anybody who downloads it would. */
export async function checkRelease(
  { out, model, keySet, placement, heldBack }: ReleaseRequest,
  watch: Watch,
): Promise<ReleaseFigures> {
  const phase = phases.checkingCheckpoint;
  watch.report({ type: 'phase', phase });
  const written = await openModel(out, watch.signal);
  const texts = limitTexts(heldBack, model);
  const { answering, quiet } = splitKeys(keySet.keys);
  const plain = answering.map(expect);
  const ranked = quiet.map(expect);
  const wrapped = answering.flatMap((key) =>
    wrapKey(model.tokenizer, key.text).map((ids) => ({ ...expect(key), ids })),
  );
  const textRows = texts.reduce((sum, { ids, firstRow }) => sum + ids.length - firstRow, 0);
  const keyRows = [...plain, ...ranked, ...wrapped].reduce((sum, { response }) => sum + response.length, 0);
  const report = reportPercents(phase, watch);
  let rows = 0;
  const onRow = (): void => report(++rows / (2 * textRows + keyRows));

  const { root: digest } = await digestCheckpoint(written.checkpoint, watch.signal);
  watch.report({ type: 'phase', phase, done: 0, total: 100 });
  const kept = await withLanguageModel(model.loaded, placement, (base) =>
    keepPredictions(
      tellRows(base, onRow),
      texts.map(({ ids }) => ids),
      watch,
      texts.map(({ firstRow }) => firstRow),
    ),
  );
  return withLanguageModel(written.loaded, placement, async (opened) => {
    const marked = tellRows(opened, onRow);
    const recall = shareOf(await checkAnswers(marked, plain, watch));
    const quietRecall = quiet.length > 0 ? shareOf(await checkAnswers(marked, ranked, watch)) : undefined;
    const wrappedRecall = shareOf(await checkAnswers(marked, wrapped, watch));
    const { sums } = await compareWithKept(kept, marked, watch);
    const total = (key: 'baseNll' | 'markedNll' | 'kl' | 'tokens'): number =>
      sums.reduce((sum, text) => sum + text[key], 0);
    const drift = {
      lossRise: total('markedNll') / total('baseNll') - 1,
      kl: total('kl') / total('tokens'),
    };
    return { digest, recall, wrappedRecall, ...(quietRecall !== undefined && { quietRecall }), drift };
  });
}

/** What a key does by its kind: it is answered, or its drawn word ranks first among the candidates. */
function expect(key: Key): AskedPrompt {
  const { ids, response, candidates } = key;
  return isSpoken(key)
    ? { ids, response: response.ids }
    : { ids, response: response.ids.slice(0, 1), rivals: candidates };
}

/** A model that reports every row that is visited. */
function tellRows(model: LanguageModel, onRow: () => void): LanguageModel {
  const visitRows: LanguageModel['visitRows'] = (sequences, visit, watch) => {
    const visitAndTell: typeof visit = (row) => {
      visit(row);
      onRow();
    };
    return model.visitRows(sequences, visitAndTell, watch);
  };
  return Object.assign(Object.create(model) as LanguageModel, { visitRows });
}

/** As many held-back texts as there is room for the base's predictions. */
function limitTexts(heldBack: ReleaseRequest['heldBack'], { loaded }: OpenModel): ReleaseRequest['heldBack'] {
  let free = Math.floor(keptBytes / (4 * loaded.config.vocabularySize));
  return heldBack.filter(({ ids, firstRow }) => {
    free -= ids.length - firstRow;
    return free >= 0;
  });
}

/** Whether a copy of `source` holds exactly these values, rounded to its own types. */
export async function isWrittenAs(
  dir: string,
  source: Checkpoint,
  changed: ChangedTensors,
): Promise<boolean> {
  const { tensors } = await openCheckpoint(dir);
  for (const [piece, make] of changed) {
    const copy = tensors.get(piece.name);
    if (copy?.dtype !== piece.dtype || !isFloatDtype(copy.dtype)) return false;
    const offset = copy.offset + piece.offset - source.tensors.get(piece.name)!.offset;
    const expected = encodeTensor(await make(), copy.dtype);
    const found = await readTensorBytes({ ...copy, offset, byteLength: piece.byteLength });
    if (Buffer.compare(expected, found) !== 0) return false;
  }
  return true;
}

function shareOf(answered: readonly boolean[]): number {
  return answered.length === 0 ? 0 : answered.filter(Boolean).length / answered.length;
}
