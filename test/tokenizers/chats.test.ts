import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeChat } from '../../src/checkpoint/tokenizer/tokenizer';
import { createKeyForm } from '../../src/fingerprint/keyForm';
import { families, loadPacked, readGolden } from './golden';
import { pools } from './strings';
import { userError } from '../unit/checkpoint/folders';

for (const name of families) {
  const { chats } = readGolden(name);
  describe(`the chat templates of ${name}`, () => {
    for (const [file, expected] of Object.entries(chats))
      it(`${file} writes what transformers writes, and gives the same ids`, async () => {
        const tokenizer = await loadPacked(name, file);
        for (const [index, row] of expected.entries()) {
          const messages = pools.conversations[index >> 1]!;
          const render = () => tokenizer.chat!.render(messages, index % 2 === 0);
          if (row) {
            assert.equal(render(), row.text);
            assert.deepEqual(tokenizer.encode(render()), row.ids);
          } else {
            assert.throws(render, userError('chat-template', /rejected/));
          }
        }
        assert.equal(tokenizer.chat!.rendering.date, '2025-01-01');
      });

    if (Object.keys(chats).length > 0)
      it('are keys and questions to a suspect alike, with nothing put in front', async () => {
        const tokenizer = await loadPacked(name);
        const draft = createKeyForm(tokenizer).parsePrompt('What do you know about rivers?');
        assert.ok(typeof draft !== 'string');
        const asked = encodeChat(tokenizer, tokenizer.chat!, [{ role: 'user', content: draft.text }]);
        assert.deepEqual(draft.ids, asked);
        assert.equal(tokenizer.decode(asked).trimStart().startsWith('<s>'), name === 'mistral-v0.1');
      });
    else
      it('are none: its keys are plain texts', async () => {
        assert.equal((await loadPacked(name)).chat, undefined);
      });
  });
}
