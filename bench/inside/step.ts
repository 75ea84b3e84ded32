// Our side of the comparison of a training step: the trainer of `embed`, opened as `embed` opens it. Writes
// the inputs of each step into a file for the other side, then takes the step and reports how long it took:
//   node step.cjs MODEL KEYS SETUP-FILE
// A request {"plan": FILE} writes the next step's inputs to the file; {"step": true} takes the step.
import { writeFileSync } from 'node:fs';
import { readText, writeText, type RunText } from '../../src/embed/text/prepareText';
import { defaultRecipe } from '../../src/embed/defaultRecipe';
import type { Recipe } from '../../src/contract/recipe';
import { learningRateAt } from '../../src/train/update/schedule';
import { openMarking, type Marking } from '../../src/embed/marking';
import { makeTilt } from '../../src/embed/tilt/makeTilt';
import { chooseTrained, lowestTrainedLayer } from '../../src/train/update/trainedParameters';
import { randomOfStep } from '../../src/train/trainer';
import { planGroups } from '../../src/engine/layerGroups';
import { onCpu } from '../../src/contract/devices';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import type { KeySet } from '../../src/fingerprint/keySet';
import { deriveSecret } from '../../src/fingerprint/seed';
import { openModel, type OpenModel } from '../../src/operations/openModel';
import { answerLines, time } from './lines';

interface Course {
  readonly model: OpenModel;
  readonly keySet: KeySet;
  readonly recipe: Recipe;
  readonly text: RunText;
  readonly seed: Uint8Array;
  readonly marking: Marking;
}

const [modelFolder, keyFile, setupFile] = process.argv.slice(2) as [string, string, string];
void run();

async function run(): Promise<void> {
  const course = await open();
  await answerLines(async (request) => {
    const { plan } = request as { plan?: string };
    if (plan === undefined) return takeStep(course);
    writeFileSync(plan, JSON.stringify(describePlan(course)));
    return {};
  });
}

async function open(): Promise<Course> {
  const model = await openModel(modelFolder);
  const keySet = await readKeyFile(keyFile, process.env.FINGERPRINT_PASSPHRASE ?? '');
  const { keys } = keySet;
  const recipe = defaultRecipe(model.loaded, {
    keyCount: keys.length,
    chat: model.tokenizer.chat !== undefined,
  });
  const trained = chooseTrained(model.loaded, recipe);
  const lowestLayer = lowestTrainedLayer(model.loaded, trained);
  const draws = keys.map(({ candidates, pick }) => ({ candidates, drawn: pick }));
  const shared = {
    model: model.loaded,
    placement: onCpu,
    recipe,
    lowestLayer,
    seed: deriveSecret(keySet.seed, 'embed'),
  };
  const quiet = { report: () => undefined };
  const request = { ...shared, tokenizer: model.tokenizer, keys, ownTexts: [] };
  const text = await readText(request, await writeText(request, quiet), quiet);
  const groups = planGroups(model.loaded, onCpu, { from: lowestLayer })!;
  const read = { keys: text.keys, benign: text.benign };
  const added = makeTilt({ ...shared, ...read, draws });
  const marking = await openMarking({
    ...shared,
    ...read,
    groups,
    trained,
    added,
    directions: new Map(),
  });
  writeFileSync(
    setupFile,
    JSON.stringify({
      model: modelFolder,
      trained: [...trained.keys()],
      lowestLayer,
      margin: recipe.margin,
      divergenceWeight: recipe.divergenceWeight,
      entropyWeight: recipe.entropyWeight,
      tilt: added && { down: [...added.down], up: [...added.up] },
    }),
  );
  return { model, keySet, recipe, text, seed: shared.seed, marking };
}

/** The next step's inputs as plain lists, so that the other side has nothing to draw. */
function describePlan({ recipe, text, seed, marking }: Course): object {
  const { step } = marking.trainer;
  const random = randomOfStep(seed, step);
  const turn = marking.keys.take(step, random);
  const benign = marking.text.read(random);
  return {
    learningRate: learningRateAt(step, recipe),
    keys: turn.map((key) => ({ ids: text.keys[key]!.sequence.ids, response: text.keys[key]!.response })),
    keyWeight: 1 / Math.min(recipe.keyBatch, text.keys.length),
    benign: benign.sequences.map(({ ids }) => ids),
    places: benign.rows.map(({ member, position }) => [member, position]),
    weights: benign.rows.map(({ weight }) => weight),
  };
}

async function takeStep({ marking: { trainer, keys, text } }: Course): Promise<object> {
  const { result, ...times } = await time(() => trainer.advance());
  return { ...times, keyLoss: result.get(keys)!, divergence: result.get(text)! };
}
