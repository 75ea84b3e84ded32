import { createBirpc, type BirpcReturn } from 'birpc';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/** What every page of snapshots offers its host. */
interface SnapshotPage<Snapshot> {
  show(snapshot: Snapshot): void;
}

/** Connects a page with its host in the editor, and shows the first snapshot. */
export function connectHost<Snapshot, Host extends { ready(): Promise<Snapshot> }>(
  open: (host: BirpcReturn<Host, SnapshotPage<Snapshot>>) => SnapshotPage<Snapshot>,
): void {
  const editor = acquireVsCodeApi();
  const host = createBirpc<Host, SnapshotPage<Snapshot>>(
    { show: (snapshot) => page.show(snapshot) },
    {
      post: (message) => editor.postMessage(message),
      on: (listen) => window.addEventListener('message', (event) => listen(event.data)),
      // Some actions ask the user first, and the user takes their time.
      timeout: -1,
    },
  );
  const page = open(host);
  void (host.ready as () => Promise<Snapshot>)().then((snapshot) => page.show(snapshot));
}
