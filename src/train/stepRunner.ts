import type { LayerGroup } from '../engine/layerGroups';
import type { Placement } from '../contract/devices';
import { openSession, type Session, type Tensors } from '../engine/runtime';
import type { Graph } from '../graph/graph';
import type { GradientSum } from './gradientSum';
import type { PassOutputs } from './objective';
import { isSmallModel } from './passes';
import {
  buildForwardGraph,
  buildStepGraph,
  gradientInputs,
  gradientOfStates,
  gradientSize,
  statesOut,
  type StepPlan,
  type TrainedInput,
} from './stepGraph';
import { stateInputs } from './tokenInputs';

/** Some passes of a training step. */
interface Passes {
  /** The inputs of each, without trained values. */
  readonly inputs: readonly Tensors[];
  /** Trained values by name, and everything else that all passes share. */
  readonly shared: Tensors;
  /** Outputs of each besides gradients. */
  readonly outputNames: readonly string[];
  /** Called after each run of a session. */
  readonly onRun?: (() => void) | undefined;
}

/** Runs the passes of training steps, over all trained layers at once or group by group. */
export interface StepRunner {
  readonly trainedInputs: readonly TrainedInput[];
  /** Forward and backward, adding up gradients. */
  train(passes: Passes, sum: GradientSum): Promise<PassOutputs[]>;
  /** Forward only. */
  measure(passes: Passes): Promise<PassOutputs[]>;
  close(): Promise<void>;
}

/**
 * A single group stays open while it trains. Several are opened one at a time: once for the forward pass,
 * then again from the top down for the backward pass, in which a group reads its states again instead of
 * keeping intermediate values (Chen et al. 2016).
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
    ({ graph: this.stepGraph, trainedInputs: this.trainedInputs } = buildStepGraph(plan, group));
  }

  async open(): Promise<Session> {
    return (this.session ??= await openSession(this.stepGraph, {
      ...this.options,
      keepsMemory: this.isSmall(),
    }));
  }

  async train({ inputs, shared, outputNames, onRun }: Passes, sum: GradientSum): Promise<PassOutputs[]> {
    const session = await this.open();
    const results: PassOutputs[] = [];
    for (const pass of inputs) {
      results.push(await runPass(session, { ...shared, ...pass }, outputNames, sum));
      onRun?.();
    }
    return results;
  }

  /** The runtime computes a whole graph whatever outputs are requested, so the forward pass has its own graph. */
  async measure({ inputs, shared, outputNames, onRun }: Passes): Promise<PassOutputs[]> {
    if (!this.isSmall()) await this.close();
    const results: PassOutputs[] = [];
    await withSession(buildForwardGraph(this.plan, this.group), this.options, async (session) => {
      for (const pass of inputs) {
        results.push(await session.run({ ...shared, ...pass }, outputNames));
        onRun?.();
      }
    });
    return results;
  }

  /** Whether there are so few weights that two sessions may hold them, and memory may be kept from step to step. */
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
    const all = groups.flatMap((group) => buildStepGraph(plan, group).trainedInputs);
    // A matrix that is both embedding and output matrix is in the first group and in the last.
    this.trainedInputs = [...new Map(all.map((input) => [input.name, input])).values()];
  }

  async train(passes: Passes, sum: GradientSum): Promise<PassOutputs[]> {
    const carried = await this.forward(passes);
    const results: PassOutputs[] = [];
    await this.open(buildStepGraph(this.plan, this.groups.at(-1)!).graph, async (session) => {
      for (const pass of carried) {
        const outputs = await runPass(session, pass.inputs(), [...passes.outputNames, gradientOfStates], sum);
        pass.backward(outputs[gradientOfStates]!);
        results.push(outputs);
        passes.onRun?.();
      }
    });
    for (const group of this.groups.slice(0, -1).reverse())
      await this.backward(group, carried, sum, passes.onRun);
    return results;
  }

  async measure(passes: Passes): Promise<PassOutputs[]> {
    const carried = await this.forward(passes);
    const results: PassOutputs[] = [];
    await this.open(buildForwardGraph(this.plan, this.groups.at(-1)!), async (session) => {
      for (const pass of carried) {
        results.push(await session.run(pass.inputs(), passes.outputNames));
        passes.onRun?.();
      }
    });
    return results;
  }

  /** Up to the beginning of the top group. */
  private async forward({ inputs, shared, onRun }: Passes): Promise<CarriedPass[]> {
    const { hiddenSize } = this.plan.model.config;
    const passes = inputs.map((own) => new CarriedPass({ ...shared, ...own }, hiddenSize));
    for (const group of this.groups.slice(0, -1))
      await this.open(buildForwardGraph(this.plan, group), async (session) => {
        for (const pass of passes) {
          pass.forward((await session.run(pass.inputs(), [statesOut]))[statesOut]!);
          onRun?.();
        }
      });
    return passes;
  }

  /** Through one group below the top. */
  private backward(
    group: LayerGroup,
    passes: readonly CarriedPass[],
    sum: GradientSum,
    onRun: Passes['onRun'],
  ): Promise<void> {
    const outputNames = group.isBottom ? [] : [gradientOfStates];
    return this.open(buildStepGraph(this.plan, group).graph, async (session) => {
      for (const pass of passes) {
        const outputs = await runPass(session, pass.inputs(), outputNames, sum);
        if (!group.isBottom) pass.backward(outputs[gradientOfStates]!);
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

/**
 * A pass that is carried from group to group: the states that enter each group, and backward the gradient of
 * those that leave it.
 */
class CarriedPass {
  private readonly states: (Float32Array | undefined)[] = [undefined];
  private gradient: Float32Array | undefined;

  constructor(
    private readonly own: Tensors,
    private readonly hiddenSize: number,
  ) {}

  inputs(): Tensors {
    const { own, gradient, hiddenSize } = this;
    const states = this.states.at(-1);
    return {
      ...own,
      ...(states && stateInputs(states, hiddenSize)),
      ...(gradient && gradientInputs(gradient, hiddenSize)),
    };
  }

  /** To the group above, with the states that left the last one. */
  forward(states: Float32Array): void {
    this.states.push(states);
  }

  /** To the group below, with the gradient of the states that entered the last one. */
  backward(gradient: Float32Array): void {
    this.states.pop();
    this.gradient = gradient;
  }
}

/** One pass forward and backward through one session; its gradients are added to the sum. */
async function runPass(
  session: Session,
  inputs: Tensors,
  outputNames: readonly string[],
  sum: GradientSum,
): Promise<PassOutputs> {
  const places = sum.placesFor(session.outputNames);
  const sizes = session.outputNames.filter((name) => name === gradientSize);
  const outputs = await session.run(
    { ...inputs, ...sum.inputs() },
    [...outputNames, ...sizes, ...Object.keys(places)],
    places,
  );
  sum.note(outputs);
  return outputs;
}
