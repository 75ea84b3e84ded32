/** Every id that package.json contributes, and the reverse; test/unit/vscode/manifest.test.ts compares the two. */

export const containerId = 'fingerprintModel';

export const viewIds = {
  models: 'fingerprintModel.models',
  keySets: 'fingerprintModel.keySets',
  runs: 'fingerprintModel.runs',
} as const;

export const panelViewType = 'fingerprintModel.panel';
export const compareViewType = 'fingerprintModel.compare';
export const reportEditorType = 'fingerprintModel.report';
/** Scheme of the page that lists the devices; it is not on disk. */
export const devicesScheme = 'fingerprint-devices';
export const walkthroughId = 'start';

export const commandIds = {
  openPanel: 'fingerprintModel.openPanel',
  openInPanel: 'fingerprintModel.openInPanel',
  addFolder: 'fingerprintModel.addFolder',
  trySampleModel: 'fingerprintModel.trySampleModel',
  keepSample: 'fingerprintModel.keepSample',
  openWalkthrough: 'fingerprintModel.openWalkthrough',
  refresh: 'fingerprintModel.refresh',
  openLog: 'fingerprintModel.openLog',
  checkDevices: 'fingerprintModel.checkDevices',
  openRecipeFile: 'fingerprintModel.openRecipeFile',
  startWithRecipe: 'fingerprintModel.startWithRecipe',
  useRecipe: 'fingerprintModel.useRecipe',
  embed: 'fingerprintModel.fingerprintModel',
  verify: 'fingerprintModel.verifyFingerprint',
  measureDrift: 'fingerprintModel.measureDrift',
  testSurvival: 'fingerprintModel.testSurvival',
  compareReleases: 'fingerprintModel.compareReleases',
  measureReleases: 'fingerprintModel.measureReleases',
  openReport: 'fingerprintModel.openReport',
  exportReport: 'fingerprintModel.exportReport',
  printReport: 'fingerprintModel.printReport',
  revealReportKeys: 'fingerprintModel.revealReportKeys',
  showReportFiles: 'fingerprintModel.showReportFiles',
  openReportAsJson: 'fingerprintModel.openReportAsJson',
  copyIdentity: 'fingerprintModel.copyIdentity',
  copyPath: 'fingerprintModel.copyPath',
  revealInExplorer: 'fingerprintModel.revealInExplorer',
  copyCommitment: 'fingerprintModel.copyCommitment',
  copyKeyFile: 'fingerprintModel.copyKeyFile',
  spendKeys: 'fingerprintModel.spendKeys',
  renameKeySet: 'fingerprintModel.renameKeySet',
  deleteKeySet: 'fingerprintModel.deleteKeySet',
  verifyWithKeys: 'fingerprintModel.verifyWithKeys',
  createKeySet: 'fingerprintModel.createKeySet',
  importKeys: 'fingerprintModel.importKeys',
  exportKeys: 'fingerprintModel.exportKeys',
  drawResponses: 'fingerprintModel.drawResponses',
  changePassphrase: 'fingerprintModel.changePassphrase',
  revealKeys: 'fingerprintModel.revealKeys',
  unlockKeySet: 'fingerprintModel.unlockKeySet',
  lockKeySet: 'fingerprintModel.lockKeySet',
  openRun: 'fingerprintModel.openRun',
  pauseRun: 'fingerprintModel.pauseRun',
  resumeRun: 'fingerprintModel.resumeRun',
  stopRun: 'fingerprintModel.stopRun',
  cancelRun: 'fingerprintModel.cancelRun',
  discardRun: 'fingerprintModel.discardRun',
  clearFinishedRuns: 'fingerprintModel.clearFinishedRuns',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** The command of each action on a run. */
export const commandOfAction = {
  pause: commandIds.pauseRun,
  resume: commandIds.resumeRun,
  stop: commandIds.stopRun,
  cancel: commandIds.cancelRun,
  discard: commandIds.discardRun,
} as const;

/** The command behind the status bar item; useless elsewhere, so it is not contributed. */
export const statusRunCommand = 'fingerprintModel.openStatusRun';

/** Context keys that `when` clauses and walkthrough steps read. */
export const contextKeys = {
  /** The workspace has been searched once, so that no welcome text flashes up before. */
  initialized: 'fingerprintModel.initialized',
  checkpointFolders: 'fingerprintModel.checkpointFolders',
  hasCheckpoint: 'fingerprintModel.hasCheckpoint',
  hasKeySet: 'fingerprintModel.hasKeySet',
  hasRun: 'fingerprintModel.hasRun',
  hasLiveRun: 'fingerprintModel.hasLiveRun',
  hasEndedRun: 'fingerprintModel.hasEndedRun',
  hasReport: 'fingerprintModel.hasReport',
  hasSample: 'fingerprintModel.hasSample',
  hasRelease: 'fingerprintModel.hasRelease',
  /** Some model has more than one. */
  hasReleases: 'fingerprintModel.hasReleases',
  hasVerdict: 'fingerprintModel.hasVerdict',
  hasDrift: 'fingerprintModel.hasDrift',
} as const;

export const settingIds = {
  device: 'fingerprintModel.device',
  precision: 'fingerprintModel.precision',
  memory: 'fingerprintModel.memory',
  threads: 'fingerprintModel.threads',
  reportsFolder: 'fingerprintModel.reportsFolder',
  keepFinishedRuns: 'fingerprintModel.keepFinishedRuns',
} as const;
