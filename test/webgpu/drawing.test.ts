import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { rederive } from '../../src/fingerprint/drawing/rederive';
import { readKeyFile } from '../../src/fingerprint/keyFile/keyFile';
import { openModel } from '../../src/operations/openModel';
import { withLanguageModel } from '../../src/engine/openLanguageModel';
import { onCpu } from '../../src/contract/devices';
import { derivedClaim } from '../../src/verify/claim';
import { openWorkshop, passphrase, sampleModel, type Workshop } from '../e2e/workshop';

const keyCount = 16;
const silent = { report: () => undefined };

describe('drawing a key set again on another device', () => {
  let workshop: Workshop;
  before(async () => (workshop = await openWorkshop()));
  after(() => workshop.remove());

  it('gives the keys that the processor drew', async () => {
    const drawn = await readKeyFile(await workshop.drawKeys('a.fpkeys', { count: keyCount }), passphrase);
    // Fewer neutral prompts: a card in software takes its time.
    const keySet = { ...drawn, neutralPrompts: drawn.neutralPrompts.slice(0, 16) };
    const { loaded, tokenizer } = await openModel(sampleModel);
    const placement = { ...onCpu, device: 'webgpu' } as const;
    const found = await withLanguageModel(loaded, placement, (model) =>
      rederive(keySet, { model, tokenizer, placement }, silent),
    );
    const claim = derivedClaim(found.keys);
    assert.equal(claim.kind, 're-derived', claim.sentence);
    assert.ok(claim.missing.size <= 1, claim.sentence);
  });
});
