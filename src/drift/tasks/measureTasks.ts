import { UserError } from '../../common/errors';
import type { TaskComparison, TaskName } from '../../contract/compared/tasks';
import { phases } from '../../contract/phases';
import type { Watch } from '../../contract/events';
import type { LanguageModel } from '../../engine/languageModel';
import { compareAnswers, findSmallest, type UncorrectedFigures } from './compareAnswers';
import { judgeItem, summariseItems, type JudgedItem } from './judgeItems';
import type { ReadTask } from './readTask';
import { scoreQuestions } from './scoreQuestions';
import { splitTokens, type Question, type TaskTokenizer } from './splitTokens';
import type { TaskItem } from './taskItem';

interface TaskRequest {
  readonly base: LanguageModel;
  readonly marked: LanguageModel;
  /** The base with rounded weights, as a yardstick. */
  readonly rounded?: { readonly bits: number; readonly model: LanguageModel } | undefined;
  readonly tasks: readonly ReadTask[];
  readonly tokenizer: TaskTokenizer;
}

/** Tasks that are reported by their normalised accuracy, as leaderboards do. */
const normalised: readonly TaskName[] = ['hellaswag', 'arc', 'piqa'];

/** A task with those of its items that the models can read, and the questions of each item's choices. */
interface AskedTask {
  readonly task: ReadTask;
  readonly items: readonly TaskItem[];
  readonly questions: readonly (readonly Question[])[];
  readonly isCloze: boolean;
  readonly hasNormalised: boolean;
}

/**
 * Asks both models, and the rounded base where there is one, the items of all tasks, so that every difference is
 * paired. Each model is asked once, all tasks together.
 * @throws UserError `unexpected-content` where the models can read no item of a task.
 */
export async function measureTasks(request: TaskRequest, watch: Watch): Promise<UncorrectedFigures[]> {
  const { base, marked, rounded, tokenizer } = request;
  const others = rounded ? [marked, rounded.model] : [marked];
  const maxLength = Math.min(...[base, ...others].map((model) => model.maxLength));
  const tasks = request.tasks.map((task) => prepare(task, tokenizer, maxLength));
  const tell = tellShare(1 + others.length, watch);
  const [ofBase, ofMarked, ofRounded] = [
    await askModel(base, tasks, watch, tell),
    await askModel(marked, tasks, watch, tell),
    rounded && (await askModel(rounded.model, tasks, watch, tell)),
  ];
  return tasks.map((task, i) => ({
    ...compareTask(task, ofBase[i]!, ofMarked[i]!),
    ...(rounded && { rounded: { bits: rounded.bits, ...compareWithBase(task, ofBase[i]!, ofRounded![i]!) } }),
  }));
}

function prepare(task: ReadTask, tokenizer: TaskTokenizer, maxLength: number): AskedTask {
  const asked = task.items.flatMap((item) => {
    const questions = item.choices.map((choice) => splitTokens(choice, tokenizer, maxLength));
    return questions.every((question) => question !== undefined) ? [{ item, questions }] : [];
  });
  if (asked.length === 0)
    throw new UserError(
      'unexpected-content',
      `These models can read none of the items of ${task.file}.`,
      'Give a task whose answers are shorter than the text that the models can read.',
    );
  return {
    task,
    items: asked.map(({ item }) => item),
    questions: asked.map(({ questions }) => questions),
    isCloze: task.name === 'lambada',
    hasNormalised: normalised.includes(task.name),
  };
}

/** @returns for each task its items as the model answered them. */
async function askModel(
  model: LanguageModel,
  tasks: readonly AskedTask[],
  { signal }: Watch,
  tell: ReturnType<typeof tellShare>,
): Promise<JudgedItem[][]> {
  const all = tasks.flatMap(({ questions }) => questions.flat());
  const scored = await scoreQuestions(model, all, signal, tell.onDone);
  tell.finish();
  let next = 0;
  return tasks.map(({ items }) =>
    items.map((item) => judgeItem(item, scored.slice(next, (next += item.choices.length)))),
  );
}

/** Reports whole percents: there are many predictions, and each report travels to another process. */
function tellShare(
  models: number,
  watch: Watch,
): { onDone: (done: number, total: number) => void; finish: () => void } {
  let finished = 0;
  let told = -1;
  return {
    onDone: (done, total) => {
      const percent = Math.floor((100 * done) / total);
      if (percent === told) return;
      told = percent;
      watch.report({
        type: 'phase',
        phase: phases.askingTasks,
        done: 100 * finished + percent,
        total: 100 * models,
      });
    },
    finish: () => {
      finished++;
    },
  };
}

function compareTask(
  asked: AskedTask,
  ofBase: readonly JudgedItem[],
  ofMarked: readonly JudgedItem[],
): UncorrectedFigures {
  const { task, items, hasNormalised } = asked;
  const marked = compareWithBase(asked, ofBase, ofMarked);
  return {
    name: task.name,
    file: task.file,
    items: items.length,
    usableRows: task.usableRows,
    rowsLeftOut: task.badRows.count + task.items.length - items.length,
    measure: hasNormalised ? 'accNorm' : 'acc',
    base: summariseItems(ofBase, asked),
    marked,
    smallestDifference: findSmallest(marked),
  };
}

function compareWithBase(
  asked: AskedTask,
  ofBase: readonly JudgedItem[],
  ofOther: readonly JudgedItem[],
): TaskComparison {
  const isRight = (item: JudgedItem): boolean =>
    asked.hasNormalised ? item.isRightNormalised : item.isRight;
  return compareAnswers(ofBase.map(isRight), ofOther.map(isRight), summariseItems(ofOther, asked));
}
