import type { Services } from './services';

/** The result of activate(), so that tests inside the editor can inspect the running extension. */
export interface TestApi extends Pick<Services, 'runs' | 'index' | 'secrets' | 'settings'> {
  /** How long activate() took, in milliseconds, without loading the bundle. */
  readonly activationMs: number;
}
