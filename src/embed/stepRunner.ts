import type { LayerGroup } from '../engine/layerGroups';
import type { Placement } from '../engine/placement';
import { floatTensor, openSession, type Session, type Tensor, type Tensors } from '../engine/runtime';
import type { Graph } from '../graph/graph';
import type { GradientSum } from './gradientSum';
import { isSmallModel } from '../train/passes';
import {
  buildStepGraph,
  buildUpwardGraph,
  gradientOfStates,
  gradientSize,
  listTrainedInputs,
  type StepPlan,
} from './trainingGraph';

/** Some passes of a training step. */
export interface Passes {
  /** The inputs of each, without trained values. */
  readonly inputs: readonly Tensors[];
  /** Trained values by name, and everything else that all passes share. */
  readonly shared: Tensors;
  /** What is wanted of each besides gradients. */
  readonly wanted: readonly string[];
  /** Called behind each run of a session. */
  readonly onRun?: (() => void) | undefined;
}

export type PassOutputs = Readonly<Record<string, Float32Array>>;

/** Runs the passes of training steps, over all trained layers at once or group by group. */
export interface StepRunner {
  readonly trainedInputs: ReturnType<typeof listTrainedInputs>;
  /** Forward and back, adding up gradients. */
  train(passes: Passes, sum: GradientSum): Promise<PassOutputs[]>;
  /** Forward only. */
  measure(passes: Passes): Promise<PassOutputs[]>;
  close(): Promise<void>;
}

/**
 * One group stays open while it trains. Several are opened one at a time: for the way up, then, from the top down, once more
 * for the way back, in which a group reads its states again instead of keeping what lies between (Chen et al. 2016).
 */
export async function openStepRunner(
  plan: StepPlan,
  groups: readonly LayerGroup[],
  placement: Placement,
): Promise<StepRunner> {
  const options = { device: placement.device, folder: plan.model.weightFolder };
  if (groups.length > 1) return new GroupedSteps(plan, groups, options);
  const steps = new WholeSteps(plan, groups[0]!, options);
  await steps.open();
  return steps;
}

type OpenOptions = Parameters<typeof openSession>[1];

class WholeSteps implements StepRunner {
  readonly trainedInputs: StepRunner['trainedInputs'];
  private readonly stepGraph: Graph;
  private session: Session | undefined;

  constructor(
    private readonly plan: StepPlan,
    private readonly group: LayerGroup,
    private readonly options: OpenOptions,
  ) {
    this.stepGraph = buildStepGraph(plan, group);
    this.trainedInputs = listTrainedInputs(this.stepGraph);
  }

  async open(): Promise<Session> {
    return (this.session ??= await openSession(this.stepGraph, {
      ...this.options,
      keepsMemory: this.isSmall(),
    }));
  }

  async train({ inputs, shared, wanted, onRun }: Passes, sum: GradientSum): Promise<PassOutputs[]> {
    const session = await this.open();
    const results: PassOutputs[] = [];
    for (const pass of inputs) {
      results.push(await runPass(session, { ...shared, ...pass }, wanted, sum));
      onRun?.();
    }
    return results;
  }

  /** The runtime computes a whole graph whatever is asked of it, so the way up has one of its own. */
  async measure({ inputs, shared, wanted, onRun }: Passes): Promise<PassOutputs[]> {
    if (!this.isSmall()) await this.close();
    const results: PassOutputs[] = [];
    await withSession(buildUpwardGraph(this.plan, this.group), this.options, async (session) => {
      for (const pass of inputs) {
        results.push(await session.run({ ...shared, ...pass }, wanted));
        onRun?.();
      }
    });
    return results;
  }

  /** Whether weights are so few that two sessions may hold them, and memory may be kept from step to step. */
  private isSmall(): boolean {
    return isSmallModel(this.plan.model);
  }

  async close(): Promise<void> {
    const { session } = this;
    this.session = undefined;
    await session?.close();
  }
}

class GroupedSteps implements StepRunner {
  readonly trainedInputs: StepRunner['trainedInputs'];

  constructor(
    private readonly plan: StepPlan,
    private readonly groups: readonly LayerGroup[],
    private readonly options: OpenOptions,
  ) {
    const all = groups.flatMap((group) => listTrainedInputs(buildStepGraph(plan, group)));
    // A matrix that is embedding and output matrix at once stands in the first group and in the last.
    this.trainedInputs = [...new Map(all.map((input) => [input.name, input])).values()];
  }

  async train(passes: Passes, sum: GradientSum): Promise<PassOutputs[]> {
    const onTheirWay = await this.rise(passes);
    const results: PassOutputs[] = [];
    await this.open(buildStepGraph(this.plan, this.groups.at(-1)!), async (session) => {
      for (const pass of onTheirWay) {
        const outputs = await runPass(session, pass.inputs(), [...passes.wanted, gradientOfStates], sum);
        pass.sink(outputs[gradientOfStates]!);
        results.push(outputs);
        passes.onRun?.();
      }
    });
    for (const group of this.groups.slice(0, -1).reverse())
      await this.goBack(group, onTheirWay, sum, passes.onRun);
    return results;
  }

  async measure(passes: Passes): Promise<PassOutputs[]> {
    const onTheirWay = await this.rise(passes);
    const results: PassOutputs[] = [];
    await this.open(buildUpwardGraph(this.plan, this.groups.at(-1)!), async (session) => {
      for (const pass of onTheirWay) {
        results.push(await session.run(pass.inputs(), passes.wanted));
        passes.onRun?.();
      }
    });
    return results;
  }

  /** Up to where the top group begins. */
  private async rise({ inputs, shared, onRun }: Passes): Promise<PassOnItsWay[]> {
    const { hiddenSize } = this.plan.model.config;
    const passes = inputs.map((own) => new PassOnItsWay({ ...shared, ...own }, hiddenSize));
    for (const group of this.groups.slice(0, -1))
      await this.open(buildUpwardGraph(this.plan, group), async (session) => {
        for (const pass of passes) {
          pass.rise((await session.run(pass.inputs(), ['leaving'])).leaving!);
          onRun?.();
        }
      });
    return passes;
  }

  private goBack(
    group: LayerGroup,
    passes: readonly PassOnItsWay[],
    sum: GradientSum,
    onRun: Passes['onRun'],
  ): Promise<void> {
    const wanted = group.isBottom ? [] : [gradientOfStates];
    return this.open(buildStepGraph(this.plan, group), async (session) => {
      for (const pass of passes) {
        const outputs = await runPass(session, pass.inputs(), wanted, sum);
        if (!group.isBottom) pass.sink(outputs[gradientOfStates]!);
        onRun?.();
      }
    });
  }

  private open(graph: Graph, use: (session: Session) => Promise<void>): Promise<void> {
    return withSession(graph, this.options, use);
  }

  async close(): Promise<void> {
    // Nothing stays open between two calls.
  }
}

async function withSession(
  graph: Graph,
  options: OpenOptions,
  use: (session: Session) => Promise<void>,
): Promise<void> {
  const session = await openSession(graph, options);
  try {
    await use(session);
  } finally {
    await session.close();
  }
}

/** A pass between two groups: the states that enter each, and on the way back the gradient that arrives. */
class PassOnItsWay {
  private readonly entered: (Float32Array | undefined)[] = [undefined];
  private arriving: Float32Array | undefined;

  constructor(
    private readonly own: Tensors,
    private readonly hiddenSize: number,
  ) {}

  inputs(): Tensors {
    const { hiddenSize } = this;
    const ofTokens = (values: Float32Array): Tensor =>
      floatTensor(values, [values.length / hiddenSize, hiddenSize]);
    const states = this.entered.at(-1);
    return {
      ...this.own,
      ...(states && { states: ofTokens(states) }),
      ...(this.arriving && { arriving: ofTokens(this.arriving) }),
    };
  }

  /** Goes up to the next group with the states that left the last. */
  rise(states: Float32Array): void {
    this.entered.push(states);
  }

  /** Goes down to the group below with the gradient of the states that left it. */
  sink(gradient: Float32Array): void {
    this.entered.pop();
    this.arriving = gradient;
  }
}

/** One pass forward and back through one session; its gradients are added to the sum. */
async function runPass(
  session: Session,
  inputs: Tensors,
  wanted: readonly string[],
  sum: GradientSum,
): Promise<PassOutputs> {
  const places = sum.placesFor(session.outputNames);
  const sizes = session.outputNames.filter((name) => name === gradientSize);
  const outputs = await session.run(
    { ...inputs, ...sum.inputs() },
    [...wanted, ...sizes, ...Object.keys(places)],
    places,
  );
  sum.note(outputs);
  return outputs;
}
