import * as z from 'zod';

const memoryKey = 'digests';
const mostKept = 1000;
const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);
const keptSchema = z.array(z.tuple([digestSchema, digestSchema])).catch([]);

/** Where what is known outlives the window. */
export interface DigestMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Digests of checkpoints, by the version of their files: computing one takes reading all weights. */
export class KnownDigests {
  private readonly known: Map<string, string>;

  constructor(private readonly memory: DigestMemory) {
    this.known = new Map(keptSchema.parse(memory.get(memoryKey)));
  }

  get(version: string): string | undefined {
    return this.known.get(version);
  }

  /** Whether files with this digest are known. */
  has(digest: string): boolean {
    return [...this.known.values()].includes(digest);
  }

  /** Adds a digest that was computed; returns whether that is news. */
  note(version: string, digest: string): boolean {
    if (this.known.get(version) === digest) return false;
    this.known.delete(version);
    this.known.set(version, digest);
    if (this.known.size > mostKept) this.known.delete(this.known.keys().next().value!);
    void this.memory.update(memoryKey, [...this.known]);
    return true;
  }
}
