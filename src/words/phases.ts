import type { Phase } from '../contract/phases';

/** What is being done, in the words after "Fingerprint Model is …". */
const phaseWords: Readonly<Record<Phase, string>> = {
  'opening-model': 'opening the model',
  'opening-models': 'opening the models',
  'measuring-ordinary-text': 'measuring ordinary text',
  'drawing-keys': 'drawing keys',
  'drawing-neutral-prompts': 'drawing neutral prompts',
  'reading-on': 'reading on after responses',
  'writing-ordinary-text': 'writing ordinary text',
  'reading-ordinary-text': 'reading ordinary text',
  'reading-directions': 'reading the directions of ordinary text',
  'trying-steps': 'trying first steps',
  training: 'training',
  'writing-checkpoint': 'writing the checkpoint',
  'checking-checkpoint': 'checking the written checkpoint',
  'asking-model': 'asking the model',
  'asking-base': 'asking the base',
  'asking-suspect': 'asking the suspect',
  'asking-suspect-by-text': 'asking the suspect by text',
  'measuring-drift': 'measuring drift',
  'rounding-base': 'rounding the base',
  comparing: 'comparing',
  'asking-tasks': 'asking the items of tasks',
  'asking-instructions': 'giving instructions',
  'continuing-texts': 'continuing texts',
  rehearsing: 'rehearsing attacks',
  'trying-devices': 'trying the devices',
  'reading-weights': 'reading every weight',
  'computing-digest': 'computing the digest',
  'trying-cpu': 'trying the CPU',
  'trying-cuda': 'trying CUDA',
  'trying-webgpu': 'trying WebGPU',
  'trying-dml': 'trying DirectML',
  'trying-coreml': 'trying Core ML',
};

/** What the first version called a phase, where its words have changed since. */
const formerWords: Readonly<Record<string, Phase>> = {
  'reading benign text': 'reading-ordinary-text',
  'reading what ordinary text uses': 'reading-directions',
  'computing the identity': 'computing-digest',
  'trying cpu': 'trying-cpu',
  'trying cuda': 'trying-cuda',
  'trying webgpu': 'trying-webgpu',
  'trying dml': 'trying-dml',
  'trying coreml': 'trying-coreml',
};

/** A phase in words: "drawing keys". */
export function sayPhase(phase: Phase): string {
  return phaseWords[phase];
}

/** The phase with these words, which journals of older versions hold instead of its name. */
export function findPhase(words: string): Phase | undefined {
  const found = Object.entries(phaseWords).find(([, known]) => known === words);
  return (found?.[0] as Phase | undefined) ?? formerWords[words];
}
