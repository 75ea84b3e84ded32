import type { Services } from './services';

/** What activate() returns, so that tests inside the editor can look at the running extension. */
export interface TestApi extends Pick<Services, 'runs' | 'index' | 'secrets' | 'settings'> {
  /** How long activate() took, in milliseconds; the loading of the bundle comes on top. */
  readonly activationMs: number;
}
