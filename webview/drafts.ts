const pauseMs = 150;

interface Draft {
  readonly text: string;
  /** Whether the host has been told, and has answered since. */
  readonly state: 'typed' | 'sent' | 'taken';
}

interface DraftOwner {
  /** Tells the host about these fields. Returns those that it has taken. */
  readonly send: (fields: readonly string[]) => Promise<readonly string[]>;
  readonly onChange: () => void;
}

/**
 * Texts that are being typed into a form, by field. A draft covers a snapshot's value until the host has
 * taken it and the field is left, so that no snapshot overwrites typing. Drafts are sent when typing pauses.
 */
export class Drafts {
  readonly #drafts = new Map<string, Draft>();
  readonly #owner: DraftOwner;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(owner: DraftOwner) {
    this.#owner = owner;
  }

  get(field: string): string | undefined {
    return this.#drafts.get(field)?.text;
  }

  /** Whether the host still has to answer. */
  get isPending(): boolean {
    return [...this.#drafts.values()].some(({ state }) => state !== 'taken');
  }

  type(field: string, text: string): void {
    this.#drafts.set(field, { text, state: 'typed' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pauseMs);
    this.#owner.onChange();
  }

  /** A choice that is made at once, not typed. */
  choose(field: string, text: string): void {
    this.type(field, text);
    void this.flush();
  }

  /** Sends everything unsent; any action on a form waits for this. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const fields = [...this.#drafts].flatMap(([field, { state }]) => (state === 'typed' ? [field] : []));
    if (fields.length === 0) return;
    const sent = new Map(fields.map((field) => [field, this.#move(field, 'sent')]));
    const taken = await this.#owner.send(fields);
    for (const field of taken) if (this.#drafts.get(field) === sent.get(field)) this.#move(field, 'taken');
  }

  /** After a snapshot: the host's own values appear again wherever it has taken the draft and the field was left. */
  settle(focusedField: string | undefined): void {
    for (const [field, { state }] of this.#drafts)
      if (state === 'taken' && field !== focusedField) this.#drafts.delete(field);
  }

  /** Forgets everything that was typed. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#drafts.clear();
  }

  #move(field: string, state: Draft['state']): Draft | undefined {
    const old = this.#drafts.get(field);
    if (!old) return undefined;
    const draft = { text: old.text, state };
    this.#drafts.set(field, draft);
    return draft;
  }
}
