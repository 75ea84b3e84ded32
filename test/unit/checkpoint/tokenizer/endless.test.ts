import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openChatTemplate } from '../../../../src/checkpoint/tokenizer/chatTemplate';
import { loadTokenizer, type Tokenizer } from '../../../../src/checkpoint/tokenizer/tokenizer';
import { inFolder, userError } from '../folders';

const doubling = { type: 'Replace', pattern: { Regex: 'a' }, content: 'aa' };
const catastrophe = { type: 'Split', pattern: { Regex: '(x+x+)+y' }, behavior: 'Isolated', invert: false };

async function withTokenizer(parts: object, work: (load: () => Promise<Tokenizer>) => Promise<void>) {
  const model = { type: 'BPE', vocab: { a: 0, b: 1, x: 2 }, merges: [], unk_token: null };
  await inFolder(async (dir) => {
    await writeFile(join(dir, 'tokenizer.json'), JSON.stringify({ model, ...parts }));
    await work(() => loadTokenizer(dir));
  });
}

describe('a tokenizer that never ends', () => {
  it('is refused when it opens, where its normaliser doubles a text again and again', async () => {
    const normalizer = { type: 'Sequence', normalizers: Array.from({ length: 60 }, () => doubling) };
    const nested = { type: 'Sequence', normalizers: [normalizer, normalizer] };
    const refused = userError(
      'unsupported-tokenizer',
      /tokenizer\.json .* turns a text of 1 characters/,
      /honest/,
    );
    await withTokenizer({ normalizer }, (load) => assert.rejects(load, refused));
    await withTokenizer({ normalizer: nested }, (load) => assert.rejects(load, refused));
    const long = { type: 'Replace', pattern: { String: 'a' }, content: 'b'.repeat(1_000_000) };
    await withTokenizer({ normalizer: long }, (load) => assert.rejects(load, refused));
  });

  it('is refused when it opens, where an added token grows', () => {
    const normalizer = {
      type: 'Sequence',
      normalizers: Array.from({ length: 60 }, () => ({
        ...doubling,
        pattern: { String: 'c' },
        content: 'cc',
      })),
    };
    const added_tokens = [{ id: 3, content: 'ccc', normalized: true }];
    return withTokenizer({ normalizer, added_tokens }, (load) =>
      assert.rejects(load, userError('unsupported-tokenizer', /turns a text of 3 characters/)),
    );
  });

  it('is interrupted where a regular expression does not come to an end', () =>
    withTokenizer({ pre_tokenizer: catastrophe }, async (load) => {
      const tokenizer = await load();
      assert.deepEqual(tokenizer.encode('xaxxx'), [2, 0, 2, 2, 2]);
      assert.throws(
        () => tokenizer.encode('x'.repeat(60)),
        userError('unsupported-tokenizer', /takes longer than \d+ seconds/, /honest/),
      );
      assert.deepEqual(tokenizer.encode('a'), [0]);
    }));

  it('is refused when its decoder makes too much of a token', () => {
    const decoder = { type: 'Sequence', decoders: Array.from({ length: 60 }, () => doubling) };
    return withTokenizer({ decoder }, async (load) => {
      const tokenizer = await load();
      assert.equal(tokenizer.decode([1]), 'b');
      assert.throws(() => tokenizer.decode([0]), userError('unsupported-tokenizer', /turns a text/));
    });
  });
});

const question = [{ role: 'user', content: 'Hi' }] as const;
const open = (source: string) => openChatTemplate(source, new Map([['eos_token', '</s>']]), 'model');
const render = (source: string, messages: readonly { role: 'user'; content: string }[] = question) =>
  open(source).render(messages, true);

const growing = (step: string, start = "'ab'", times = 1000): string =>
  `{% set ns = namespace(s=${start}) %}{% for i in range(${times}) %}{% set ns.s = ${step} %}{% endfor %}{{ ns.s }}`;

describe('a chat template that never ends', () => {
  for (const [what, source] of [
    ['loops in loops', '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'],
    ['a text that doubles', growing('ns.s ~ ns.s')],
    ['a list that doubles', growing('ns.s + ns.s', '[1, 2]')],
    ['a list of itself', growing('[ns.s, ns.s]')],
    ['a text put into itself', growing("ns.s.replace('a', ns.s)", "'aaaaaaaaaa'")],
    ['a text filtered into itself', growing("ns.s | replace('a', ns.s)", "'aaaaaaaaaa'")],
    ['a long separator', `${growing('ns.s ~ ns.s', "'ab'", 18)}{{ range(90000) | join(ns.s) }}`],
    ['a wide margin', "{{ 'a\\na\\na' | indent(200000000) }}"],
    ['wide JSON', '{{ messages | tojson(indent=200000000) }}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}'],
    [
      'a search in a long text',
      `${growing('ns.s ~ ns.s', "'ab'", 19)}{% for i in range(99999) %}{{ ns.s in ns.s }}{% endfor %}`,
    ],
  ] as const)
    it(`is refused: ${what}`, () => {
      assert.throws(() => render(source), userError('chat-template', /^The chat template of model rejected/));
      assert.equal(open(source).findProblem()?.reason, 'chat-template');
    });

  it('is refused before it is read, where it is far too long, or nothing but spaces', () => {
    assert.throws(() => render(' '.repeat(2_000_000)), userError('chat-template', /has 2000000 characters/));
    assert.throws(
      () => render(`{{${' '.repeat(99_000)}}}`),
      userError('chat-template', /longer than \d+ seconds/),
    );
  });

  it('is not mistaken for one with a long conversation', () => {
    const content = 'A long story. '.repeat(20_000);
    const source = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] | trim + '\\n' }}{% endfor %}";
    assert.equal(render(source, [{ role: 'user', content }]), `user: ${content.trim()}\n`);
  });
});

describe('a chat template', () => {
  it('reaches nothing of the program', () => {
    for (const source of [
      "{{ ''.constructor }}",
      "{{ ''['constructor'] }}",
      '{{ messages.__proto__ }}',
      '{{ messages[0].constructor }}',
      "{{ messages[0]['__proto__'] }}",
      '{{ range.constructor }}',
      '{{ this }}{{ globalThis }}{{ process }}{{ require }}',
    ])
      assert.equal(render(source), '', source);
    for (const source of [
      "{{ ''.constructor.constructor('return process')() }}",
      "{{ range.constructor('x')() }}",
    ])
      assert.throws(() => render(source), userError('chat-template'), source);
  });
});
