// Our side of the comparison of a verification. Asks a model a key set, as `verify` without a base does:
//   node ask.cjs MODEL KEYS PLAIN-FILE
// First writes the keys into a file for the other side. Every request asks all keys again.
import { writeFileSync } from 'node:fs';
import { onCpu } from '../../src/contract/devices';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import { openModel } from '../../src/operations/openModel';
import { listQuestions } from '../../src/operations/questions';
import { localSuspect } from '../../src/suspects/local';
import { planByMap } from '../../src/suspects/tokens/tokenPlan';
import { keyFileClaim } from '../../src/verify/claim';
import { askSuspect, judgeAsked } from '../../src/verify/askSuspect';
import { answerLines, time } from './lines';

const [modelFolder, keyFile, plainFile] = process.argv.slice(2) as [string, string, string];
void run();

async function run(): Promise<void> {
  const model = await openModel(modelFolder);
  const keySet = await readKeyFile(keyFile, process.env.FINGERPRINT_PASSPHRASE ?? '');
  const plain = keySet.keys.map(({ ids, response }) => ({ ids, response: response.ids }));
  writeFileSync(plainFile, JSON.stringify(plain));
  const questions = listQuestions(keySet);
  const plan = planByMap(questions.keys, (id) => id, model.loaded.config.vocabularySize);
  const suspect = localSuspect({ ...model, plan, placement: onCpu });
  const claim = keyFileClaim('this is a measurement');
  const question = { questions, rules: keySet.verdict, suspect, base: undefined };
  await answerLines(async () => {
    const { result, ...times } = await time(async () =>
      judgeAsked(await askSuspect(question, { report: () => undefined }), claim),
    );
    const answered = result.judgement.keys.filter((key) => key.answered).map(({ index }) => index);
    return { ...times, answered: answered.sort((a, b) => a - b) };
  });
}
