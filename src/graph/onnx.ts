import { Writer } from 'protobufjs/minimal';
import {
  dataTypes,
  type Attribute,
  type Dim,
  type Graph,
  type Initializer,
  type Node,
  type Value,
} from './graph';

/** AttributeProto.AttributeType of onnx.proto. */
const attributeType = { float: 1, int: 2, string: 3, ints: 7 };

const irVersion = 8;
const opsets = [
  { domain: '', version: 18 },
  { domain: 'com.microsoft', version: 1 },
];

/**
 * Encodes a graph as the bytes of an ONNX ModelProto. Field numbers are those of onnx.proto (ONNX 1.14, IR version 8);
 * each function below writes one message of it.
 */
export function encodeModel(graph: Graph): Uint8Array {
  const model = Writer.create();
  model.uint32(tag(1, varint)).int64(irVersion);
  for (const { domain, version } of opsets) {
    const opset = Writer.create();
    if (domain) opset.uint32(tag(1, bytes)).string(domain);
    opset.uint32(tag(2, varint)).int64(version);
    writeMessage(model, 8, opset);
  }
  writeMessage(model, 7, encodeGraph(graph));
  return model.finish();
}

const varint = 0;
const bytes = 2;
const fixed32 = 5;
const tag = (field: number, wireType: number): number => (field << 3) | wireType;

function writeMessage(parent: Writer, field: number, message: Writer): void {
  parent.uint32(tag(field, bytes)).bytes(message.finish());
}

function encodeGraph(graph: Graph): Writer {
  const writer = Writer.create();
  const { nodes, initializers } = findNeeded(graph);
  for (const node of nodes) writeMessage(writer, 1, encodeNode(node));
  writer.uint32(tag(2, bytes)).string('graph');
  for (const initializer of initializers) writeMessage(writer, 5, encodeTensor(initializer));
  for (const input of graph.inputs) writeMessage(writer, 11, encodeValueInfo(input));
  for (const value of new Set(graph.outputs.map((output) => output.value)))
    writeMessage(writer, 12, encodeValueInfo(value));
  return writer;
}

/**
 * The nodes and constants on which the outputs depend. Otherwise the runtime would fold a weight's unused
 * cast before dropping it.
 */
function findNeeded(graph: Graph): { nodes: Node[]; initializers: Initializer[] } {
  const needed = new Set(graph.outputs.map(({ value }) => value.name));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((name) => needed.has(name));
    if (isNeeded) for (const name of inputs) needed.add(name);
    return isNeeded;
  });
  return { nodes: nodes.reverse(), initializers: graph.initializers.filter(({ name }) => needed.has(name)) };
}

function encodeNode(node: Node): Writer {
  const writer = Writer.create();
  for (const input of node.inputs) writer.uint32(tag(1, bytes)).string(input);
  for (const output of node.outputs) writer.uint32(tag(2, bytes)).string(output);
  writer.uint32(tag(4, bytes)).string(node.operator);
  for (const [name, value] of Object.entries(node.attributes))
    writeMessage(writer, 5, encodeAttribute(name, value));
  if (node.domain) writer.uint32(tag(7, bytes)).string(node.domain);
  return writer;
}

function encodeAttribute(name: string, value: Attribute): Writer {
  const writer = Writer.create();
  writer.uint32(tag(1, bytes)).string(name);
  let type: number;
  if (typeof value === 'number') {
    writer.uint32(tag(3, varint)).int64(value);
    type = attributeType.int;
  } else if (typeof value === 'string') {
    writer.uint32(tag(4, bytes)).bytes(new TextEncoder().encode(value));
    type = attributeType.string;
  } else if ('float' in value) {
    writer.uint32(tag(2, fixed32)).float(value.float);
    type = attributeType.float;
  } else {
    for (const item of value) writer.uint32(tag(8, varint)).int64(item);
    type = attributeType.ints;
  }
  writer.uint32(tag(20, varint)).int32(type);
  return writer;
}

function encodeTensor({ name, type, shape, storage }: Initializer): Writer {
  const writer = Writer.create();
  for (const size of shape) writer.uint32(tag(1, varint)).int64(size);
  writer.uint32(tag(2, varint)).int32(dataTypes[type]);
  writer.uint32(tag(8, bytes)).string(name);
  if ('bytes' in storage) {
    writer.uint32(tag(9, bytes)).bytes(storage.bytes);
    return writer;
  }
  const location = { location: storage.file, offset: storage.offset, length: storage.byteLength };
  for (const [key, value] of Object.entries(location)) {
    const entry = Writer.create();
    entry.uint32(tag(1, bytes)).string(key).uint32(tag(2, bytes)).string(String(value));
    writeMessage(writer, 13, entry);
  }
  const external = 1;
  writer.uint32(tag(14, varint)).int32(external);
  return writer;
}

function encodeValueInfo({ name, type, shape }: Value): Writer {
  const tensorType = Writer.create();
  tensorType.uint32(tag(1, varint)).int32(dataTypes[type]);
  writeMessage(tensorType, 2, encodeShape(shape));
  const typeProto = Writer.create();
  writeMessage(typeProto, 1, tensorType);
  const writer = Writer.create();
  writer.uint32(tag(1, bytes)).string(name);
  writeMessage(writer, 2, typeProto);
  return writer;
}

function encodeShape(shape: readonly Dim[]): Writer {
  const writer = Writer.create();
  for (const dim of shape) {
    const dimension = Writer.create();
    if (typeof dim === 'number') dimension.uint32(tag(1, varint)).int64(dim);
    else dimension.uint32(tag(2, bytes)).string(dim);
    writeMessage(writer, 1, dimension);
  }
  return writer;
}
