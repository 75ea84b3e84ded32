import * as vscode from 'vscode';
import { commandIds, type CommandId } from '../../ids';
import type { CompareHandle } from '../compare/compareView';
import type { PanelHandle, Services } from '../services';
import type { Handlers } from './handlers';

/** Commands that are loaded together, when one of them is first used. */
interface Group {
  readonly ids: readonly CommandId[];
  readonly load: () => Promise<Partial<Handlers>>;
}

/** Registers every command. Anything that one throws is shown once. */
export function registerCommands(
  services: Services,
  panel: PanelHandle,
  compare: CompareHandle,
): vscode.Disposable {
  const registered = listGroups(services, panel, compare).flatMap(({ ids, load }) => {
    let loading: Promise<Partial<Handlers>> | undefined;
    return ids.map((id) =>
      vscode.commands.registerCommand(id, async (given: unknown) => {
        try {
          const handlers = await (loading ??= load());
          await handlers[id]?.(given);
        } catch (error) {
          services.showError(error);
        }
      }),
    );
  });
  return vscode.Disposable.from(...registered);
}

function listGroups(services: Services, panel: PanelHandle, compare: CompareHandle): Group[] {
  const c = commandIds;
  return [
    {
      ids: [c.openPanel, c.openInPanel, c.embed, c.verify, c.verifyWithKeys, c.measureDrift, c.copyIdentity],
      load: async () => (await import('./modelCommands')).modelCommands(services, panel),
    },
    {
      ids: [
        c.createKeySet,
        c.importKeys,
        c.exportKeys,
        c.changePassphrase,
        c.revealKeys,
        c.unlockKeySet,
        c.lockKeySet,
      ],
      load: async () => (await import('../keySets/keySetCommands')).keySetCommands(services),
    },
    {
      ids: [c.copyCommitment, c.copyKeyFile, c.spendKeys, c.renameKeySet, c.deleteKeySet],
      load: async () => (await import('../keySets/keyFileCommands')).keyFileCommands(services),
    },
    {
      ids: [c.drawResponses],
      load: async () => (await import('../keySets/beaconCommands')).beaconCommands(services),
    },
    {
      ids: [c.openRun, c.pauseRun, c.resumeRun, c.stopRun, c.cancelRun, c.discardRun, c.clearFinishedRuns],
      load: async () => (await import('./runCommands')).runCommands(services, panel),
    },
    {
      ids: [c.testSurvival, c.compareReleases, c.measureReleases],
      load: async () => (await import('./releaseCommands')).releaseCommands(services, compare),
    },
    {
      ids: [c.openReport, c.exportReport],
      load: async () => (await import('../reports/reportCommands')).reportCommands(services),
    },
    {
      ids: [c.openRecipeFile, c.startWithRecipe, c.useRecipe],
      load: async () => (await import('./recipeCommands')).recipeCommands(services, panel),
    },
    {
      ids: [
        c.addFolder,
        c.trySampleModel,
        c.keepSample,
        c.openWalkthrough,
        c.refresh,
        c.openLog,
        c.copyPath,
        c.revealInExplorer,
      ],
      load: async () => (await import('./workspaceCommands')).workspaceCommands(services, panel),
    },
    {
      ids: [c.checkDevices],
      load: async () => (await import('./deviceCommands')).deviceCommands(services),
    },
  ];
}
