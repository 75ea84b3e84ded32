import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBlockHeader } from '../../../src/beacon/blockHeader';
import { readByteStrings } from '../../../src/beacon/rlp';

const nothing = '1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';
const emptyTrie = '56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

/** Fields of a header, in hexadecimal, as nodes of the main chain publish them. */
const blockOne = [
  'd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3',
  nothing,
  '05a56e2d52c817161883f50c441c3228cfe54d9f',
  'd67e4d450343046425ae4271474353857ab860dbc0a1dde64b41b5cd3a532bf3',
  emptyTrie,
  emptyTrie,
  '00'.repeat(256),
  '03ff800000',
  '01',
  '1388',
  '',
  '55ba4224',
  '476574682f76312e302e302f6c696e75782f676f312e342e32',
  '969b900de27b6ac6a67742365dd65f55a0526c41fd18e1b16f1a1215c2e66f59',
  '539bd4979fef1ec4',
];

/** After the merge, with a base fee: the values of Infura's API, as @ethereumjs/block tests with them. */
const blockAfterMerge = [
  '5b6edff14df30aa779157e2e563e44ab78bb599f2924e9229746fb462b16b57e',
  nothing,
  '4675c7e5baafbffbca748158becba61ef3b0a263',
  'cdd3a940c3e78ebffaa2b420466d1f12386fa6255686c8222308d572923c292b',
  '5f4773690718a2e37f45aa56458c6779a61b830fcf89485af5f32447c11f9b6c',
  '434dbbb34a1498bae94b21189301f39df847e9f5a776e81c489bef624eef2b3d',
  '00a00030e30a0d0004b044d0801903210050048000004208101184251400010286090c100040360800410809444a4b81a31804512e2338070301b11484732b40100484201402a8286908021b2461d1a03091ba4a0451182098c0400988000000420200000222414820020ac004e028110008100004090cc020000092018802014000010093120046052922c00800842d040006830140280c4000a040417000b49a81c90343826e600c9352e40f022c73800c02121207408201a0020c140c110005b00a070800010082400030c81a4208002931410000041203006da6805020102012274918020b0000a8118001060c1c104000285848814048504428e2022402',
  '',
  'ed9929',
  '01c9c380',
  '4ef91b',
  '63290ec7',
  '',
  '267432789113be7e27e28ef02abdcd044e2303ae8966a92f4c435c4468d87777',
  '0000000000000000',
  '018e5cb091',
];

/** Writes RLP, so that headers can also be made wrong. */
function encode(fields: readonly string[]): Buffer {
  const items = fields.map((field) => {
    const bytes = Buffer.from(field, 'hex');
    return bytes.length === 1 && bytes[0]! < 0x80 ? bytes : prefix(bytes, 0x80);
  });
  return prefix(Buffer.concat(items), 0xc0);
}

function prefix(bytes: Buffer, base: number): Buffer {
  if (bytes.length <= 55) return Buffer.concat([Buffer.from([base + bytes.length]), bytes]);
  const text = bytes.length.toString(16);
  const length = Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
  return Buffer.concat([Buffer.from([base + 55 + length.length]), length, bytes]);
}

function replace(field: number, value: string): Buffer {
  return encode(blockOne.map((old, index) => (index === field ? value : old)));
}

describe('the header of a block', () => {
  it('has the hash under which the main chain knows it, its number and its time', () => {
    // Its hash is also the parent that the header of block 2 names.
    assert.deepEqual(readBlockHeader(encode(blockOne)), {
      hash: '88e96d4537bea4d9c05d12549907b32561d3bf31f45aae734cdc119f13406cb6',
      number: 1,
      timestamp: Date.UTC(2015, 6, 30, 15, 26, 28) / 1000,
    });
    assert.deepEqual(readBlockHeader(encode(blockAfterMerge)), {
      hash: '1850b014065b23d804ecf71a8a4691d076ca87c2e6fb8fe81ee20a4d8e884c24',
      number: 15_571_241,
      timestamp: 0x63290ec7,
    });
  });

  it('is read from the very bytes that nodes send', () => {
    const lastMined = Buffer.from(
      'f9021ba02b3ea3cd4befcab070812443affb08bf17a91ce382c714a536ca3cacab82278ba01dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d4934794829bd824b016326a401d083b33d092293333a830a04919dafa6ac8becfbbd0c2808f6c9511a057c21e42839caff5dfb6d3ef514951a0dd5eec02b019ff76e359b09bfa19395a2a0e97bc01e70d8d5491e640167c96a8a0baa842cfd552321a9c2450576126311e071680a1258032219c6490b663c1dab8b90100000004000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000800000000000000000000000080000000000000000000000000000000000000000000000000200000000000000000008000000000040000000000000100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000084000000000010020000000000000000000000000000000000020000000200000000200000000000000000000000000000000000000000400000000000000000000000008727472e1db3626a83ed14f18401c9c3808401c9a205846322c96292e4b883e5bda9e7a59ee4bb99e9b1bc460021a04cbec03dddd4b939730a7fe6048729604d4266e82426d472a2b2024f3cc4043f8862a3ee77461d4fc9850a1a4e5f06',
      'hex',
    );
    assert.deepEqual(readBlockHeader(lastMined), {
      hash: '55b11b918355b1ef9c5db810302ebad0bf2544255b530cdce90674d5887bb286',
      number: 15_537_393,
      timestamp: 0x6322c962,
    });
  });

  it('has another hash when one bit is changed', () => {
    const { hash } = readBlockHeader(encode(blockOne))!;
    assert.notEqual(readBlockHeader(replace(11, '55ba4225'))?.hash, hash);
    assert.notEqual(readBlockHeader(replace(8, '02'))?.hash, hash);
  });

  it('is nothing else than a header', () => {
    const bytes = encode(blockOne);
    const wrong: Buffer[] = [
      Buffer.alloc(0),
      Buffer.from([0xc0]),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.from([0])]),
      encode(blockOne.slice(0, 14)),
      encode([...blockOne, ...new Array<string>(60).fill('')]),
      encode([...blockOne, '00'.repeat(4096)]),
      replace(0, '00'.repeat(31)),
      replace(6, ''),
      replace(8, '0001'),
      replace(11, '0055ba4224'),
      replace(11, 'ff'.repeat(8)),
    ];
    for (const [index, one] of wrong.entries()) assert.equal(readBlockHeader(one), undefined, `${index}`);
  });
});

describe('a list in RLP', () => {
  const read = (hex: string) =>
    readByteStrings(Buffer.from(hex, 'hex'))?.map((item) => Buffer.from(item).toString('hex'));

  it('has the items that the definition gives', () => {
    assert.deepEqual(read('c0'), []);
    // "cat", "dog": the example of the Ethereum wiki.
    assert.deepEqual(read('c88363617483646f67'), ['636174', '646f67']);
    assert.deepEqual(read('c57f80818080'), ['7f', '', '80', '']);
    const long = 'ab'.repeat(56);
    assert.deepEqual(read(`f83ab838${long}`), [long]);
  });

  it('is refused in any other spelling', () => {
    for (const hex of [
      '',
      '83636174', // a string
      'c1', // shorter than it says
      'c080', // longer than it says
      'c1c0', // a list in the list
      'c28101', // a byte that stands for itself
      'c3b80180', // a short length in the long form
      'f80180', // the same for the list
      'f90001ff', // a length with a leading zero
      'bb01000000', // a string of 2²⁴ bytes
      'ff0100000000000000', // a list of 2⁵⁶ bytes
      'c28380', // an item longer than its list
    ])
      assert.equal(read(hex), undefined, hex);
  });
});
