import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { throwIfCancelled, UserError } from '../../../src/common/errors';
import { declareOperation, type Declaration } from '../../../src/contract/declaration';
import { doctor, type DoctorReport } from '../../../src/contract/declarations/doctor';
import type { Operation, OperationContext } from '../../../src/operations/operation';

const requestSchema = z.looseObject({
  out: z.string().optional(),
  /** The base name of this path says how the fake behaves. */
  recipe: z.string().optional(),
  model: z.string(),
  resume: z.boolean().optional(),
});
type Request = z.infer<typeof requestSchema>;

const behaviours: Record<string, (request: Request, context: OperationContext) => Promise<void> | void> = {
  quick: () => undefined,
  short: () => undefined,
  /** Works in steps until somebody ends it, saving when it is cancelled. */
  endless: (_request, context) => workEndlessly(context, () => sleep(5)),
  /** The same without ever letting the event loop turn, as a blocking engine does. */
  blocking: (_request, context) => workEndlessly(context, () => Promise.resolve()),
  /** Caught in a loop: it neither hears nor checks anything. */
  caught: (_request, context) => {
    context.report({ type: 'phase', phase: 'comparing' });
    for (;;);
  },
  /** Hears nothing. */
  deaf: async (_request, context) => {
    context.report({ type: 'phase', phase: 'comparing' });
    process.removeAllListeners('SIGTERM').on('SIGTERM', () => undefined);
    await sleep(600_000);
  },
  refuse: () => {
    throw new UserError('unsupported-family', 'The family "dodo" is not supported.', 'Use another model.');
  },
  savedThenRefuse: (_request, context) => {
    save(context, 3);
    throw new UserError('disk-full', 'The disk is full.', 'Free some space.');
  },
  stumble: () => {
    throw new TypeError('nobody foresaw this');
  },
  strayError: async () => {
    setTimeout(() => {
      throw new TypeError('thrown where nobody listens');
    });
    await sleep(600_000);
  },
  crash: () => process.abort(),
  leave: () => {
    process.stderr.write('the driver is missing\n    at frame (file.js:1:1)\n');
    process.exit(7);
  },
  outOfMemory: () => void process.kill(process.pid, 'SIGKILL'),
};

async function workEndlessly(context: OperationContext, turn: () => Promise<unknown>): Promise<void> {
  const statePath = join(context.runFolder, 'state.json');
  const first = existsSync(statePath)
    ? z.object({ step: z.number() }).parse(JSON.parse(readFileSync(statePath, 'utf8'))).step
    : 0;
  for (let step = first; !context.stopRequested(); step++) {
    context.report({ type: 'step', done: step, total: 1000 });
    // Read once: a request may come between two readings.
    const { signal } = context;
    if (signal?.aborted === true) save(context, step);
    throwIfCancelled(signal);
    await turn();
  }
}

function save(context: OperationContext, step: number): void {
  writeFileSync(join(context.runFolder, 'state.json'), JSON.stringify({ step }));
  context.report({ type: 'saved', step });
}

function fake(
  name: string,
  resultOf: (request: Request, context: OperationContext) => object,
): Operation<Request, object> {
  return {
    declaration: declareOperation({
      name,
      title: name,
      description: name,
      request: requestSchema,
      result: z.looseObject({}),
    }),
    run: async (request, context) => {
      context.report({ type: 'phase', phase: 'opening-model' });
      context.report({ type: 'note', text: 'The fake device is used.' });
      await behaviours[basename(request.recipe ?? 'quick')]!(request, context);
      return resultOf(request, context);
    },
  };
}

const doctorReport: DoctorReport = {
  tool: '0.1.0',
  node: '20.10.0',
  onnxruntime: '1.30.0',
  platform: 'linux',
  arch: 'x64',
  threads: 1,
  memory: { totalBytes: 2e9, freeBytes: 1e9 },
  cards: [{ name: 'NVIDIA Fake', totalBytes: 8e9, freeBytes: 7.25e9 }],
  devices: [
    { device: 'cpu', name: 'CPU', state: 'works', isChosen: true },
    {
      device: 'cuda',
      name: 'Graphics card with CUDA',
      state: 'failed',
      fault: 'it is not installed',
      fix: 'Install it.',
      commands: ['node install.js'],
    },
    { device: 'dml', name: 'Graphics card with DirectML', state: 'not offered', where: 'on Windows' },
  ],
  auto: { device: 'cpu', reason: 'CPU: no graphics card could be used.' },
};

const ran = { device: 'cpu', precision: 'single', seconds: 0 };
const none = { value: 0, interval95: null };

/** The request of the fakes, and everything else as it really is. */
const doctorDeclaration: Declaration<string, Request, DoctorReport> = {
  ...doctor,
  request: z.strictObject({ model: z.string().default('') }),
};

/** Of a copy that is not ready to publish. */
const fallenShort = {
  drift: { lossRise: 0.41, kl: 0.61 },
  shortfalls: [{ kind: 'drift', measured: 0.61, limit: 0.06 }],
  keyCount: 64,
  advice: 'Take a lower rate.',
  probe: {
    learningRate: 0.001,
    stateShift: 0.04,
    predictionShift: 0.012,
    weightScale: 0.02,
    normScale: 0.9,
    entropy: 2.3,
  },
};

/** Operations that do no work, but begin, end and die in every way that real ones do. */
export const fakeOperations = {
  createKeySet: fake('createKeySet', ({ out }) => ({
    out,
    count: 2,
    commitment: 'c0ffee',
    warnings: [],
    ...ran,
  })),
  embed: fake('embed', ({ out, resume, recipe }, { secrets }) => {
    if (out !== undefined) writeFileSync(out, 'marked');
    const measured = {
      digest: 'd1',
      steps: 3,
      recall: 1,
      wrappedRecall: 0.5,
      drift: { lossRise: 0.001, kl: 0.01 },
      ...(basename(recipe ?? '') === 'short' && fallenShort),
    };
    return {
      out,
      ...measured,
      ...ran,
      seconds: 61,
      notCarried: [],
      warnings: [],
      wasResumed: resume,
      secretLength: secrets.passphrase?.length,
    };
  }),
  verify: fake('verify', ({ model }) => {
    const verdict = basename(model) === 'marked' ? 'match' : 'no evidence';
    return {
      verdict,
      sentence: `The verdict is ${verdict}.`,
      lines: ['2 of 2 answers'],
      claim: 're-derived',
      log10CorrectedP: -1,
      log10ClaimedP: -1,
      decidedBy: 'answers',
      answers: { asked: 2, hits: 2, log10P: -1 },
      draws: [],
      digest: 'd1',
      baseDigest: null,
      commitment: 'c0ffee',
      ...ran,
    };
  }),
  doctor: { ...fake('doctor', () => doctorReport), declaration: doctorDeclaration },
  drift: fake('drift', () => ({
    sentence: 'It hardly moved.',
    lines: [],
    report: ['drift.fpreport.json'],
    texts: 1,
    tokens: 16,
    baseLoss: 1,
    markedLoss: 1,
    basePerplexity: Math.E,
    markedPerplexity: Math.E,
    lossRise: none,
    kl: none,
    agreement: none,
    klPercentile95: 0,
    klHistogram: [],
    unchangedShare: null,
    continued: 0,
    ...ran,
  })),
};
