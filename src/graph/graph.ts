import type { Precision } from '../contract/devices';

/** A size known when the graph is built, or the name of one that is known only when it runs ("batch", "length"). */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type ElementType = 'float64' | 'float32' | 'float16' | 'bfloat16' | 'int64' | 'bool';

/** TensorProto.DataType of onnx.proto. */
export const dataTypes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Where the bytes of a constant are: in the graph itself, or in a file that the runtime maps. */
type Storage =
  | { readonly bytes: Uint8Array }
  | { readonly file: string; readonly offset: number; readonly byteLength: number };

export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly storage: Storage;
}

/** One tensor of a graph under construction. */
export interface Value {
  readonly graph: Graph;
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** Whether it depends on a trained input, so that gradients have to flow through it. */
  readonly differentiable: boolean;
}

/** The gradient of the loss with respect to one input, given the gradient with respect to the output. */
type GradientRule = (gradient: Value) => Value;

/** The same for an operator with several outputs. */
type JointRule = (gradients: readonly Value[]) => Value;

interface TapeEntry {
  readonly outputs: readonly Value[];
  readonly rules: readonly (readonly [input: Value, rule: JointRule])[];
}

interface NodeOptions {
  readonly type?: ElementType;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/**
 * A graph of operators under construction, with a tape from which {@link Graph.gradients} writes the backward
 * pass as more operators. It knows nothing of language models.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: Value[] = [];
  /** The outputs of a run, by name. */
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  private readonly tape: TapeEntry[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly runtimeSizes = new Map<string, Value>();
  private readonly casts = new Map<string, Value>();
  /**
   * Values that were widened to float32, by the name of the wide value: nothing was lost, so the narrow one
   * can replace it.
   */
  private readonly narrow = new Map<string, Value>();
  private recording = true;
  private valueCount = 0;

  constructor(readonly precision: Precision = 'single') {}

  /** A tensor supplied at every run. The first input with a named size defines that size for {@link sizes}. */
  input(name: string, type: ElementType, shape: Shape, options: { trained?: boolean } = {}): Value {
    const value = { graph: this, name, type, shape, differentiable: options.trained ?? false };
    this.inputs.push(value);
    shape.forEach((dim, axis) => {
      if (typeof dim === 'string' && !this.runtimeSizes.has(dim))
        this.runtimeSizes.set(dim, this.sizeOfAxis(value, axis));
    });
    return value;
  }

  /**
   * A constant whose bytes stay in a file, which the runtime maps. Asking again returns the same value.
   * `shape` and `type` are those of the file.
   */
  fileConstant(
    name: string,
    type: ElementType,
    shape: readonly number[],
    storage: { file: string; offset: number; byteLength: number },
  ): Value {
    const key = `file:${name}`;
    const known = this.constants.get(key);
    if (known) return known;

    this.initializers.push({ name, type, shape, storage });
    const value = { graph: this, name, type, shape, differentiable: false };
    this.constants.set(key, value);
    return value;
  }

  /** A float32 constant held in the graph. Equal scalars are stored once. */
  floats(values: readonly number[], shape: readonly number[]): Value {
    return this.constant('float32', shape, Float32Array.from(values));
  }

  scalar(value: number): Value {
    return this.floats([value], []);
  }

  /** A one-dimensional int64 constant (axes, shapes, split sizes). */
  ints(values: readonly number[]): Value {
    return this.constant('int64', [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  private constant(type: ElementType, shape: readonly number[], data: Float32Array | BigInt64Array): Value {
    const key = `${type}:${shape.join('x')}:${data.join(',')}`;
    const known = this.constants.get(key);
    if (known) return known;

    const name = this.newName('constant');
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ name, type, shape, storage: { bytes } });
    const value = { graph: this, name, type, shape, differentiable: false };
    this.constants.set(key, value);
    return value;
  }

  /** Adds an operator with one output, of the first input's type unless `type` is given. */
  node(operator: string, inputs: readonly Value[], shape: Shape, options: NodeOptions = {}): Value {
    const { type = inputs[0]!.type, ...rest } = options;
    return this.nodeWithOutputs(operator, inputs, [{ type, shape }], rest)[0]!;
  }

  /** Adds an operator with several outputs. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly Value[],
    outputs: readonly { readonly type: ElementType; readonly shape: Shape }[],
    { domain = '', attributes = {} }: Omit<NodeOptions, 'type'> = {},
  ): Value[] {
    const values = outputs.map(({ type, shape }) => ({
      graph: this,
      name: this.newName(operator),
      type,
      shape,
      differentiable: this.recording && inputs.some((input) => input.differentiable),
    }));
    this.nodes.push({
      operator,
      domain,
      inputs: inputs.map((input) => input.name),
      outputs: values.map((value) => value.name),
      attributes,
    });
    return values;
  }

  /** The value in another element type. Asking again returns the same cast. No gradient flows through it. */
  cast(value: Value, type: ElementType): Value {
    const source = this.narrow.get(value.name) ?? value;
    if (source.type === type) return source;
    if (value.type === type) return value;
    const key = `${source.name}:${type}`;
    const known = this.casts.get(key);
    if (known) return known;

    const result = this.node('Cast', [source], source.shape, { type, attributes: { to: dataTypes[type] } });
    this.casts.set(key, result);
    const isHalf = source.type === 'float16' || source.type === 'bfloat16';
    if (isHalf && type === 'float32') this.narrow.set(result.name, source);
    return result;
  }

  /** The half-precision tensor that a float32 value was widened from, or the value itself. */
  narrowest(value: Value): Value {
    return this.narrow.get(value.name) ?? value;
  }

  /** Records how the gradient of `output` reaches its inputs. Inputs that need no gradient cost nothing. */
  differentiate(output: Value, ...rules: (readonly [input: Value, rule: GradientRule])[]): Value {
    const joint = rules.map(
      ([input, rule]) => [input, ([gradient]: readonly Value[]) => rule(gradient!)] as const,
    );
    return this.differentiateAll([output], ...joint)[0]!;
  }

  /** The same for the outputs of one operator; a gradient that nothing asks for is zeros. */
  differentiateAll(outputs: Value[], ...rules: (readonly [input: Value, rule: JointRule])[]): Value[] {
    const needed = rules.filter(([input]) => input.differentiable);
    if (this.recording && needed.length > 0) this.tape.push({ outputs, rules: needed });
    return outputs;
  }

  /** Names a computed `value` as an output of a run. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /**
   * The gradients of a scalar with respect to trained inputs, times the scalar `factor`, by reverse
   * accumulation over the tape. Throws when the scalar does not depend on an input, which is a mistake of the
   * caller.
   */
  gradients(loss: Value, inputs: readonly Value[], factor: Value = this.scalar(1)): Value[] {
    this.recording = false;
    const gradients = new Map<string, Value>([[loss.name, factor]]);
    for (const { outputs, rules } of this.tape.toReversed()) {
      if (!outputs.some(({ name }) => gradients.has(name))) continue;
      const arrived = outputs.map(
        (output) => gradients.get(output.name) ?? this.node('Mul', [output, this.scalar(0)], output.shape),
      );
      for (const [input, rule] of rules) {
        const part = rule(arrived);
        const sum = gradients.get(input.name);
        gradients.set(input.name, sum ? this.node('Add', [sum, part], input.shape) : part);
      }
    }
    this.recording = true;
    return inputs.map((input) => {
      const gradient = gradients.get(input.name);
      if (!gradient) throw new Error(`The loss does not depend on ${input.name}.`);
      return gradient;
    });
  }

  /**
   * The sizes of a shape as an int64 tensor, for operators that take one. At most one name may be unknown to
   * the graph's inputs: it becomes -1, "the rest".
   */
  sizes(shape: Shape): Value {
    const known = (dim: Dim): dim is number => typeof dim === 'number';
    if (shape.filter((dim) => !known(dim)).length <= 1)
      return this.ints(shape.map((dim) => (known(dim) ? dim : -1)));
    const parts = shape.map((dim) =>
      known(dim) ? this.ints([dim]) : (this.runtimeSizes.get(dim) ?? this.ints([-1])),
    );
    return this.node('Concat', parts, [shape.length], { attributes: { axis: 0 } });
  }

  private sizeOfAxis(value: Value, axis: number): Value {
    return this.node('Shape', [value], [1], { type: 'int64', attributes: { start: axis, end: axis + 1 } });
  }

  private newName(kind: string): string {
    return `${kind}_${this.valueCount++}`;
  }
}
