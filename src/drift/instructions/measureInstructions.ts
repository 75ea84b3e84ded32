import { encodeChat, type Tokenizer } from '../../checkpoint/tokenizer/tokenizer';
import { phases } from '../../contract/phases';
import type { TaskScore } from '../../contract/compared/tasks';
import type { Watch } from '../../contract/events';
import type { LanguageModel } from '../../engine/languageModel';
import { compareAnswers, findSmallest, type UncorrectedFigures } from '../tasks/compareAnswers';
import { instructions } from './instructions';

interface InstructionRequest {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  readonly rounded?: { readonly bits: number; readonly model: LanguageModel } | undefined;
  readonly tokenizer: Tokenizer;
}

/** Tokens of an answer: enough for every instruction. */
const answerTokens = 160;

/**
 * Asks both models, and the rounded base where there is one, the bundled instructions in their chat template, and
 * checks every greedy answer by the exact rule of its instruction. Undefined for a model without a chat template, or one
 * that reads too little.
 */
export async function measureInstructions(
  { base, marked, rounded, tokenizer }: InstructionRequest,
  watch: Watch,
): Promise<UncorrectedFigures | undefined> {
  const { chat } = tokenizer;
  const models = rounded ? [base, marked, rounded.model] : [base, marked];
  const maxLength = Math.min(...models.map((model) => model.maxLength));
  const asked = (chat ? instructions : []).flatMap(({ text, isObeyed }) => {
    const ids = encodeChat(tokenizer, chat!, [{ role: 'user', content: text }]);
    return ids.length > 0 && ids.length + answerTokens <= maxLength ? [{ ids, isObeyed }] : [];
  });
  if (asked.length === 0) return undefined;
  const quiet: Watch = { ...(watch.signal && { signal: watch.signal }), report: () => undefined };
  const obeyed: boolean[][] = [];
  for (const [i, model] of models.entries()) {
    watch.report({ type: 'phase', phase: phases.askingInstructions, done: i, total: models.length });
    const answers = await model.continueGreedily(
      asked.map(({ ids }) => ids),
      answerTokens,
      tokenizer.endIds,
      quiet,
    );
    obeyed.push(asked.map(({ isObeyed }, item) => isObeyed(readAnswer(tokenizer, answers[item]!))));
  }
  const [ofBase, ofMarked, ofRounded] = obeyed;
  const comparison = compareAnswers(ofBase!, ofMarked!, scoreOf(ofMarked!));
  return {
    name: 'instructions',
    file: 'bundled instructions',
    items: asked.length,
    usableRows: instructions.length,
    rowsLeftOut: instructions.length - asked.length,
    measure: 'acc',
    base: scoreOf(ofBase!),
    marked: comparison,
    smallestDifference: findSmallest(comparison),
    ...(rounded && {
      rounded: { bits: rounded.bits, ...compareAnswers(ofBase!, ofRounded!, scoreOf(ofRounded!)) },
    }),
  };
}

function readAnswer(tokenizer: Tokenizer, ids: readonly number[]): string {
  return tokenizer.decode(ids.filter((id) => !tokenizer.specialIds.has(id)));
}

function scoreOf(obeyed: readonly boolean[]): TaskScore {
  return { acc: obeyed.filter(Boolean).length / obeyed.length, accNorm: null, perplexity: null };
}
