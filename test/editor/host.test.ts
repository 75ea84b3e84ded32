import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('the editor that runs the suites', () => {
  it('has a trusted workspace with the sample model in it', async () => {
    assert.equal(vscode.workspace.isTrusted, true);
    const weights = await vscode.workspace.findFiles('**/*.safetensors');
    assert.equal(weights.length, 1);
  });
});
