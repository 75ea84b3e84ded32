import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'protobufjs';
import { Graph } from '../../../src/graph/graph';
import { encodeModel } from '../../../src/graph/onnx';
import { add, gatherRows, linear } from '../../../src/graph/operators';

/** The messages of https://github.com/onnx/onnx/blob/v1.14.0/onnx/onnx.proto that a graph here uses, field by field. */
const description = `
syntax = "proto3";
message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated AttributeProto attribute = 5; string domain = 7;
}
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8;
  enum Type { UNDEFINED = 0; FLOAT = 1; INT = 2; STRING = 3; TENSOR = 4; GRAPH = 5; FLOATS = 6; INTS = 7; }
  Type type = 20;
}
message StringStringEntryProto { string key = 1; string value = 2; }
message TensorProto {
  repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9;
  repeated StringStringEntryProto external_data = 13;
  enum DataLocation { DEFAULT = 0; EXTERNAL = 1; }
  DataLocation data_location = 14;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto {
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  Tensor tensor_type = 1;
}
message TensorShapeProto {
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  repeated Dimension dim = 1;
}`;

type Message = Readonly<Record<string, unknown>>;

interface Decoded {
  readonly irVersion: string;
  readonly opsetImport: readonly Message[];
  readonly graph: {
    readonly node: readonly (Message & { readonly attribute: readonly Message[] })[];
    readonly initializer: readonly Message[];
    readonly input: readonly Message[];
    readonly output: readonly Message[];
  };
}

function decode(graph: Graph): Decoded {
  const type = parse(description).root.lookupType('ModelProto');
  const options = { longs: String, enums: String, bytes: String, defaults: false, arrays: true } as const;
  return type.toObject(type.decode(encodeModel(graph)), options) as Decoded;
}

const base64 = (bytes: ArrayBufferView): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

describe('an encoded graph', () => {
  it('names its version and operator sets', () => {
    const { irVersion, opsetImport } = decode(new Graph());
    assert.equal(irVersion, '8');
    assert.deepEqual(opsetImport, [{ version: '18' }, { domain: 'com.microsoft', version: '1' }]);
  });

  it('holds nodes with inputs, outputs, domain and every kind of attribute', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    const attributes = { whole: -3, words: 'naïve', list: [1, -2, 2 ** 40], share: { float: 0.25 } };
    const [first, second] = graph.nodeWithOutputs(
      'Odd',
      [x, x],
      [
        { type: 'float32', shape: [1] },
        { type: 'int64', shape: [2] },
      ],
      { domain: 'com.microsoft', attributes },
    );
    graph.output('odd', first!);
    const { node } = decode(graph).graph;
    assert.deepEqual(node, [
      {
        input: ['x', 'x'],
        output: [first!.name, second!.name],
        opType: 'Odd',
        domain: 'com.microsoft',
        attribute: [
          { name: 'whole', i: '-3', type: 'INT', floats: [], ints: [] },
          { name: 'words', s: base64(Buffer.from('naïve')), type: 'STRING', floats: [], ints: [] },
          { name: 'list', ints: ['1', '-2', `${2 ** 40}`], type: 'INTS', floats: [] },
          { name: 'share', f: 0.25, type: 'FLOAT', floats: [], ints: [] },
        ],
      },
    ]);
  });

  it('holds its own constants as bytes and those of files as offsets', () => {
    const graph = new Graph();
    const offset = 2 ** 33;
    graph.output('floats', graph.floats([1, -2.5], [2, 1]));
    graph.output('ints', graph.ints([-1, 7]));
    const place = { file: 'sub/w.safetensors', offset, byteLength: 12 };
    graph.output('stored', graph.fileConstant('stored.w', 'bfloat16', [2, 3], place));
    const { initializer } = decode(graph).graph;
    const [floats, ints, stored] = initializer;
    assert.deepEqual(
      { ...floats, name: '' },
      {
        dims: ['2', '1'],
        dataType: 1,
        name: '',
        rawData: base64(Float32Array.of(1, -2.5)),
        externalData: [],
      },
    );
    assert.deepEqual(
      { ...ints, name: '' },
      {
        dims: ['2'],
        dataType: 7,
        name: '',
        rawData: base64(BigInt64Array.of(-1n, 7n)),
        externalData: [],
      },
    );
    assert.deepEqual(stored, {
      dims: ['2', '3'],
      dataType: 16,
      name: 'stored.w',
      externalData: [
        { key: 'location', value: 'sub/w.safetensors' },
        { key: 'offset', value: `${offset}` },
        { key: 'length', value: '12' },
      ],
      dataLocation: 'EXTERNAL',
    });
  });

  it('holds inputs and outputs with types, numbers and names of sizes', () => {
    const graph = new Graph();
    const ids = graph.input('ids', 'int64', ['batch', 5]);
    const table = graph.input('table', 'float16', [7, 3]);
    const rows = gatherRows(table, ids);
    graph.output('rows', rows);
    const { input, output } = decode(graph).graph;
    const describeValue = (name: string, elemType: number, dim: object[]): object => ({
      name,
      type: { tensorType: { elemType, shape: { dim } } },
    });
    assert.deepEqual(input, [
      describeValue('ids', 7, [{ dimParam: 'batch' }, { dimValue: '5' }]),
      describeValue('table', 10, [{ dimValue: '7' }, { dimValue: '3' }]),
    ]);
    assert.equal(output.length, 1);
    assert.deepEqual(
      { ...output[0], name: '' },
      describeValue('', 10, [{ dimParam: 'batch' }, { dimValue: '5' }, { dimValue: '3' }]),
    );
  });

  it('leaves out what no output needs', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', [2]);
    graph.output('y', add(x, graph.scalar(1)));
    add(add(x, graph.scalar(1)), graph.scalar(2));
    const { node, initializer } = decode(graph).graph;
    assert.deepEqual(
      node.map(({ opType }) => opType),
      ['Add'],
    );
    assert.equal(initializer.length, 1);
  });

  it('feeds every node from inputs, constants or earlier nodes', () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['rows', 3]);
    const weight = graph.input('weight', 'float32', [2, 3], { trained: true });
    graph.output('y', add(linear(x, weight), graph.scalar(1)));
    const { node, initializer, input, output } = decode(graph).graph;
    const known = new Set([...input, ...initializer].map(({ name }) => name));
    for (const { input: needed, output: made } of node) {
      for (const name of needed as string[]) assert.ok(known.has(name), name);
      for (const name of made as string[]) {
        assert.ok(!known.has(name), `${name} is made twice`);
        known.add(name);
      }
    }
    for (const { name } of output) assert.ok(known.has(name));
  });
});
