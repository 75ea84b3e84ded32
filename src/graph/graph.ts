/** A size known when the graph is built, or the name of one that is only known when it runs ("batch", "length"). */
export type Dim = number | string;
export type Shape = readonly Dim[];
export type ElementType = 'float32' | 'float16' | 'bfloat16' | 'int64' | 'bool';

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Where the bytes of a constant are: in the graph itself, or in a file that the runtime maps. */
export type Storage =
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
  /** Whether it depends on a trained input, so that a gradient has to flow through it. */
  readonly differentiable: boolean;
}

/** The gradient of the loss with respect to one input, given that with respect to the output. */
export type GradientRule = (gradient: Value) => Value;

interface TapeEntry {
  readonly output: Value;
  readonly rules: readonly (readonly [input: Value, rule: GradientRule])[];
}

interface NodeOptions {
  readonly type?: ElementType;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/**
 * A graph of operators that is being built, and the tape of what was built, from which {@link Graph.gradients} writes the
 * reverse pass as more operators. It knows nothing of language models.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: Value[] = [];
  /** What a run gives back, by the name it is asked for. */
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  private readonly tape: TapeEntry[] = [];
  private readonly constants = new Map<string, Value>();
  private readonly runtimeSizes = new Map<string, Value>();
  private recording = true;
  private valueCount = 0;

  /** A tensor given at every run. The first input that carries a named size defines that size for {@link sizes}. */
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
   * A constant whose bytes stay in a file and are mapped by the runtime; asked for again, the same value comes back.
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

  /** Adds an operator with one output. */
  node(operator: string, inputs: readonly Value[], shape: Shape, options: NodeOptions = {}): Value {
    return this.nodeWithOutputs(operator, inputs, [shape], options)[0]!;
  }

  /** Adds an operator with several outputs, one a shape. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly Value[],
    shapes: readonly Shape[],
    options: NodeOptions = {},
  ): Value[] {
    const type = options.type ?? inputs[0]!.type;
    const outputs = shapes.map((shape) => ({
      graph: this,
      name: this.newName(operator),
      type,
      shape,
      differentiable: this.recording && inputs.some((input) => input.differentiable),
    }));
    this.nodes.push({
      operator,
      domain: options.domain ?? '',
      inputs: inputs.map((input) => input.name),
      outputs: outputs.map((output) => output.name),
      attributes: options.attributes ?? {},
    });
    return outputs;
  }

  /** Remembers how the gradient of `output` reaches its inputs. Inputs that need no gradient cost nothing. */
  differentiate(output: Value, ...rules: (readonly [input: Value, rule: GradientRule])[]): Value {
    const needed = rules.filter(([input]) => input.differentiable);
    if (this.recording && needed.length > 0) this.tape.push({ output, rules: needed });
    return output;
  }

  /** Gives a computed `value` a name under which its content comes back from a run. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /**
   * The gradients of a scalar with respect to trained inputs, by reverse accumulation over the tape. An input that the
   * scalar does not depend on is a mistake of the caller and throws.
   */
  gradients(loss: Value, inputs: readonly Value[]): Value[] {
    this.recording = false;
    const gradients = new Map<string, Value>([[loss.name, this.scalar(1)]]);
    for (const { output, rules } of this.tape.toReversed()) {
      const gradient = gradients.get(output.name);
      if (!gradient) continue;
      for (const [input, rule] of rules) {
        const part = rule(gradient);
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
   * The sizes of a shape as an int64 tensor, for operators that take one. At most one name may be unknown to the graph's
   * inputs: it becomes -1, "what is left".
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
