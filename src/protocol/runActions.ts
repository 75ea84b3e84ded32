/** What a user can do with a run; which of it depends on the run's state (vscode/runs/runActions). */
export type RunAction = 'pause' | 'resume' | 'stop' | 'cancel' | 'discard';

/** The words and icon of each action, on every button and link. */
export const runActionLooks: Readonly<Record<RunAction, { readonly title: string; readonly icon: string }>> =
  {
    pause: { title: 'Pause', icon: 'debug-pause' },
    resume: { title: 'Resume', icon: 'debug-continue' },
    stop: { title: 'Stop and Keep…', icon: 'save' },
    cancel: { title: 'Cancel…', icon: 'close' },
    discard: { title: 'Discard…', icon: 'trash' },
  };
