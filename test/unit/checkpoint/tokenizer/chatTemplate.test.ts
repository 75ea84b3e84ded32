import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openChatTemplate } from '../../../../src/checkpoint/tokenizer/chatTemplate';
import { loadTokenizer } from '../../../../src/checkpoint/tokenizer/tokenizer';
import { chatModel, sampleModel, userError, withCopy } from '../folders';

const question = [{ role: 'user', content: 'Hi' }] as const;
const named = new Map([
  ['bos_token', '<s>'],
  ['eos_token', '</s>'],
]);
const parse = (source: string) => openChatTemplate(source, named, 'model');
const render = (source: string) => parse(source).render(question, true);

describe('a chat template', () => {
  it("of the chat model writes the reference's prompt", async () => {
    const { chat } = await loadTokenizer(chatModel);
    const messages = [{ role: 'user', content: 'What is a good breakfast?' }] as const;
    const turn = '<|im_start|>user\nWhat is a good breakfast?<|im_end|>\n';
    assert.equal(chat!.render(messages, true), `${turn}<|im_start|>assistant\n`);
    assert.equal(chat!.render(messages, false), turn);
  });

  it('is absent for a model that tells stories', async () => {
    assert.equal((await loadTokenizer(sampleModel)).chat, undefined);
  });

  it('comes from chat_template.jinja first, else from the template named default', () =>
    withCopy(sampleModel, async (dir) => {
      const path = join(dir, 'tokenizer_config.json');
      await rm(join(dir, 'special_tokens_map.json'));
      const templates = [
        { name: 'tool_use', template: 'tools' },
        { name: 'default', template: '{{ bos_token }}{{ messages[0].content }}' },
      ];
      await writeFile(path, JSON.stringify({ bos_token: { content: '<b>' }, chat_template: templates }));
      assert.equal((await loadTokenizer(dir)).chat!.render(question, true), '<b>Hi');
      await writeFile(join(dir, 'chat_template.jinja'), 'file');
      assert.equal((await loadTokenizer(dir)).chat!.render(question, true), 'file');
    }));

  it('always gets the same date, in English, and records it', () => {
    const source = "{{ strftime_now('%d %b %Y, %A %-d %B %H:%M %% %Q') }}";
    assert.equal(render(source), '01 Jan 2025, Wednesday 1 January 00:00 % %Q');
    assert.deepEqual(parse(source).rendering, {
      templateSha256: createHash('sha256').update(source).digest('hex'),
      date: '2025-01-01',
      enableThinking: false,
    });
  });

  it('gets no thinking and no tools', () => {
    const source =
      '{% if enable_thinking is false %}<think>\n\n</think>{% endif %}{% if tools is not none %}tools{% endif %}';
    assert.equal(render(source), '<think>\n\n</think>');
  });

  it('supports the functions that real templates use', () => {
    const source =
      "{%- set ns = namespace(found=false) -%}{%- for i in range(messages|length) -%}{{ i }}{{ messages[i]['content'] | trim }}" +
      "{%- if loop.last and add_generation_prompt -%}{{ eos_token }}{%- endif -%}{%- endfor -%}{{ '' if ns.found else 'end' }}";
    assert.equal(render(source), '0Hi</s>end');
  });

  it('is refused with a sentence when it throws, is broken or asks for too much', () => {
    assert.throws(
      () => render("{{ raise_exception('Roles must alternate') }}"),
      userError('chat-template', /rejected.*: Roles must alternate\.$/),
    );
    assert.throws(() => render('{% if %}'), userError('chat-template', /cannot be read/));
    assert.throws(
      () => render('{% for i in range(1000000000000) %}x{% endfor %}'),
      userError('chat-template'),
    );
    assert.throws(() => render('{{ range(1, 5, 0) }}'), userError('chat-template'));
  });
});
