import { stat } from 'node:fs/promises';
import { versionOfFile } from './fileVersion';

interface Entry<Value> {
  readonly version: string;
  readonly value: Value;
}

/** Caches what was read from files for as long as they do not change. */
export class FileCache<Value> {
  private entries = new Map<string, Entry<Value>>();

  constructor(private readonly read: (path: string) => Promise<Value>) {}

  /**
   * Reads the files at `paths` that changed, one after another, and drops everything else. What was known of
   * one stays until it is read.
   * @param listParts the files whose change makes a path's value outdated; the path itself by default.
   */
  async update(
    paths: readonly string[],
    listParts: (path: string) => Promise<readonly string[]> = (path) => Promise.resolve([path]),
  ): Promise<void> {
    const versions = new Map<string, string>();
    for (const path of paths) versions.set(path, await readVersion(await listParts(path)));
    this.keep((path) => versions.has(path));
    for (const [path, version] of versions)
      if (this.entries.get(path)?.version !== version)
        this.entries.set(path, { version, value: await this.read(path) });
  }

  /** What is known of the files at `paths`, in their order; those that have not been read yet are left out. */
  valuesOf(paths: readonly string[]): Value[] {
    return paths.flatMap((path) => {
      const entry = this.entries.get(path);
      return entry ? [entry.value] : [];
    });
  }

  /** Forgets what fits, so that it is read again although its files have not changed. */
  forget(fits: (value: Value) => boolean): void {
    this.keep((_, { value }) => !fits(value));
  }

  private keep(isKept: (path: string, entry: Entry<Value>) => boolean): void {
    this.entries = new Map([...this.entries].filter(([path, entry]) => isKept(path, entry)));
  }
}

async function readVersion(files: readonly string[]): Promise<string> {
  const parts = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return `${file} ${versionOfFile(found)}`;
    }),
  );
  return parts.join('\n');
}
