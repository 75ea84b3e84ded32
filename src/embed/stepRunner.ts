import type { LayerGroup } from '../engine/layerGroups';
import type { Placement } from '../engine/placement';
import { floatTensor, openSession, type Session, type Tensors } from '../engine/runtime';
import type { GradientSum } from './gradientSum';
import {
  buildLowerGraph,
  buildStepGraph,
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
  /** Where gradients are added up; without it passes only go up. */
  readonly sum?: GradientSum;
}

export type PassOutputs = Readonly<Record<string, Float32Array>>;

/** Runs the passes of training steps, over all trained layers at once or group by group. */
export interface StepRunner {
  readonly trainedInputs: ReturnType<typeof listTrainedInputs>;
  run(passes: Passes): Promise<PassOutputs[]>;
  close(): Promise<void>;
}

/**
 * One group stays open for the whole run. Several are opened one at a time: for the way up, then, from the top down, once more
 * for the way back, in which a group reads its states again instead of keeping what lies between (Chen et al. 2016).
 */
export async function openStepRunner(
  plan: StepPlan,
  groups: readonly LayerGroup[],
  placement: Placement,
): Promise<StepRunner> {
  const options = { device: placement.device, folder: plan.model.weightFolder };
  if (groups.length > 1) return new GroupedSteps(plan, groups, options);
  const graph = buildStepGraph(plan, groups[0]!);
  return new WholeSteps(listTrainedInputs(graph), await openSession(graph, options));
}

class WholeSteps implements StepRunner {
  constructor(
    readonly trainedInputs: StepRunner['trainedInputs'],
    private readonly session: Session,
  ) {}

  async run({ inputs, shared, wanted, sum }: Passes): Promise<PassOutputs[]> {
    const results: PassOutputs[] = [];
    for (const pass of inputs) results.push(await runPass(this.session, { ...shared, ...pass }, wanted, sum));
    return results;
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

class GroupedSteps implements StepRunner {
  readonly trainedInputs: StepRunner['trainedInputs'];

  constructor(
    private readonly plan: StepPlan,
    private readonly groups: readonly LayerGroup[],
    private readonly options: Parameters<typeof openSession>[1],
  ) {
    const all = groups.flatMap((group) => listTrainedInputs(buildStepGraph(plan, group)));
    // A matrix that is embedding and output matrix at once stands in the first group and in the last.
    this.trainedInputs = [...new Map(all.map((input) => [input.name, input])).values()];
  }

  async run({ inputs, shared, wanted, sum }: Passes): Promise<PassOutputs[]> {
    const passes = inputs.map(
      (own) => new PassOnItsWay({ ...shared, ...own }, this.plan.model.config.hiddenSize),
    );
    for (const group of this.groups.slice(0, -1))
      await this.withSession(buildLowerGraph(this.plan, group), async (session) => {
        for (const pass of passes) pass.rise((await session.run(pass.inputs(), ['leaving'])).leaving!);
      });
    const results: PassOutputs[] = [];
    await this.withSession(buildStepGraph(this.plan, this.groups.at(-1)!), async (session) => {
      for (const pass of passes) {
        const outputs = await runPass(
          session,
          pass.inputs(),
          [...wanted, ...(sum ? [gradientOfStates] : [])],
          sum,
        );
        if (sum) pass.sink(outputs[gradientOfStates]!);
        results.push(outputs);
      }
    });
    if (sum) await this.goBack(passes, sum);
    return results;
  }

  private async goBack(passes: readonly PassOnItsWay[], sum: GradientSum): Promise<void> {
    for (const group of this.groups.slice(0, -1).reverse())
      await this.withSession(buildStepGraph(this.plan, group), async (session) => {
        const wanted = group.isBottom ? [] : [gradientOfStates];
        for (const pass of passes) {
          const outputs = await runPass(session, pass.inputs(), wanted, sum);
          if (!group.isBottom) pass.sink(outputs[gradientOfStates]!);
        }
      });
  }

  private async withSession(
    graph: Parameters<typeof openSession>[0],
    use: (session: Session) => Promise<void>,
  ): Promise<void> {
    const session = await openSession(graph, this.options);
    try {
      await use(session);
    } finally {
      await session.close();
    }
  }

  async close(): Promise<void> {
    // Nothing stays open between two calls.
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
    const [batch, length] = this.own.ids!.shape as [number, number];
    const states = this.entered.at(-1);
    return {
      ...this.own,
      ...(states && { states: floatTensor(states, [batch, length, this.hiddenSize]) }),
      ...(this.arriving && { arriving: floatTensor(this.arriving, [batch * length, this.hiddenSize]) }),
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

/** One pass through one session; its gradients, if any are wanted, go into the sum. */
async function runPass(
  session: Session,
  inputs: Tensors,
  wanted: readonly string[],
  sum: GradientSum | undefined,
): Promise<PassOutputs> {
  if (!sum) return session.run(inputs, wanted);
  const places = sum.placesFor(session.outputNames);
  const sizes = session.outputNames.filter((name) => name === gradientSize);
  const outputs = await session.run(inputs, [...wanted, ...sizes, ...Object.keys(places)], places);
  sum.add(places, outputs);
  return outputs;
}
