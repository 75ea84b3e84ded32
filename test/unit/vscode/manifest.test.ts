import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  commandIds,
  compareViewType,
  containerId,
  contextKeys,
  panelViewType,
  reportEditorType,
  settingIds,
  viewIds,
  walkthroughId,
} from '../../../src/ids';
import { readManifestText } from '../../harness/manifest';

const manifestText = readManifestText();
const { contributes, activationEvents } = JSON.parse(manifestText) as Manifest;
const menuEntries = Object.values(contributes.menus).flat();

describe('the manifest', () => {
  it('uses every text of package.nls.json, and has no other', () => {
    const used = [...readFileSync('package.json', 'utf8').matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key);
    const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as object;
    assert.deepEqual(Object.keys(texts).sort(), [...new Set(used)].sort());
  });

  it('contributes exactly the commands that the code knows', () => {
    assertSame(
      contributes.commands.map(({ command }) => command),
      Object.values(commandIds),
    );
  });

  it('contributes exactly the views, editors, settings and the walkthrough that the code knows', () => {
    assertSame(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [containerId],
    );
    assertSame(Object.keys(contributes.views), [containerId]);
    assertSame(
      contributes.views[containerId]!.map(({ id }) => id),
      Object.values(viewIds),
    );
    assertSame(
      contributes.customEditors.map(({ viewType }) => viewType),
      [reportEditorType],
    );
    assertSame(Object.keys(contributes.configuration.properties), Object.values(settingIds));
    assertSame(
      contributes.walkthroughs.map(({ id }) => id),
      [walkthroughId],
    );
    for (const viewType of [panelViewType, compareViewType])
      assert.ok(activationEvents.includes(`onWebviewPanel:${viewType}`));
  });

  it('mentions only ids that the code knows', () => {
    const known = new Set<string>([
      ...Object.values(commandIds),
      ...Object.values(viewIds),
      ...Object.values(contextKeys),
      ...Object.values(settingIds),
      panelViewType,
      compareViewType,
      reportEditorType,
    ]);
    const mentioned = manifestText.match(/\bfingerprintModel\.\w+/g) ?? [];
    assert.deepEqual(
      mentioned.filter((id) => !known.has(id)),
      [],
    );
  });

  it('uses every context key that the code sets', () => {
    for (const key of Object.values(contextKeys)) assert.ok(manifestText.includes(key), key);
  });

  it('offers in menus only contributed commands, and each command in at least one', () => {
    const commands = Object.values<string>(commandIds);
    for (const { command } of menuEntries) assert.ok(commands.includes(command), command);
    const hidden = contributes.menus.commandPalette.filter(({ when }) => when === 'false');
    const elsewhere = menuEntries.filter((entry) => !contributes.menus.commandPalette.includes(entry));
    for (const { command } of hidden)
      assert.ok(
        elsewhere.some((entry) => entry.command === command),
        command,
      );
  });

  it('gives every command a title, in one category', () => {
    for (const { title, category } of contributes.commands)
      assert.equal(category, 'Fingerprint Model', title);
  });

  it('gives no command the name of the product, and no two the same', () => {
    const titles = contributes.commands.map(({ title }) => title.replace(/…$/, ''));
    assert.ok(!titles.includes('Fingerprint Model'));
    assert.equal(new Set(titles).size, titles.length);
  });

  it('lists in the palette of an empty window only what can be done there', () => {
    const conditions = new Map(
      contributes.menus.commandPalette.map(({ command, when = '' }) => [command, when]),
    );
    const shown = Object.entries(commandIds).filter(([, command]) => !conditions.has(command));
    const always = [
      ...['openPanel', 'openWalkthrough', 'addFolder', 'trySampleModel', 'refresh', 'openLog'],
      ...['checkDevices', 'openRecipeFile', 'embed', 'verify', 'measureDrift', 'createKeySet', 'importKeys'],
    ];
    assertSame(
      shown.map(([name]) => name),
      always,
    );
  });

  it('shows no mark-up in the walkthrough, and ticks each step by more than a glance', () => {
    for (const { id, description, completionEvents, media } of contributes.walkthroughs[0]!.steps) {
      assert.ok(!description.includes('`'), id);
      assert.ok(completionEvents.length > 0, id);
      assert.ok(existsSync(media.svg), id);
    }
  });

  it('offers to manage trust wherever it says that trust is missing', () => {
    const restricted = contributes.viewsWelcome.filter(({ when }) => when === '!isWorkspaceTrusted');
    assertSame(
      restricted.map(({ view }) => view),
      Object.values(viewIds),
    );
    for (const { view, contents } of restricted)
      assert.ok(contents.includes('command:workbench.trust.manage'), view);
  });

  it('names only existing files', () => {
    const files = manifestText.match(/(?<=")(?:\.\/)?media\/[^"]+/g) ?? [];
    assert.ok(files.length > 0);
    for (const file of files) assert.ok(existsSync(file), file);
  });
});

interface MenuEntry {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category?: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { id: string }[] };
    readonly views: Readonly<Record<string, readonly { id: string }[]>>;
    readonly customEditors: readonly { viewType: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
    readonly walkthroughs: readonly {
      id: string;
      steps: readonly {
        id: string;
        description: string;
        completionEvents: readonly string[];
        media: { svg: string };
      }[];
    }[];
    readonly viewsWelcome: readonly { view: string; when: string; contents: string }[];
    readonly menus: { readonly commandPalette: readonly MenuEntry[] } & Readonly<
      Record<string, readonly MenuEntry[]>
    >;
  };
}

function assertSame(found: readonly string[], expected: readonly string[]): void {
  assert.deepEqual([...found].sort(), [...expected].sort());
}
