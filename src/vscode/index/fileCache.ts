import { stat } from 'node:fs/promises';

/** Caches what was read from files for as long as they do not change. */
export class FileCache<Value> {
  private entries = new Map<string, { readonly version: string; readonly value: Value }>();

  constructor(private readonly read: (path: string) => Promise<Value>) {}

  /**
   * The values of the files at `paths`, in the same order; everything else is dropped.
   * @param listParts the files whose change makes a path's value outdated; the path itself by default.
   */
  async readAll(
    paths: readonly string[],
    listParts: (path: string) => Promise<readonly string[]> = (path) => Promise.resolve([path]),
  ): Promise<Value[]> {
    const next: typeof this.entries = new Map();
    for (const path of paths) {
      const version = await readVersion(await listParts(path));
      const known = this.entries.get(path);
      next.set(path, known?.version === version ? known : { version, value: await this.read(path) });
    }
    this.entries = next;
    return [...next.values()].map(({ value }) => value);
  }
}

async function readVersion(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return `${file} ${found?.size ?? ''} ${found?.mtimeMs ?? ''}`;
    }),
  );
  return parts.join('\n');
}
