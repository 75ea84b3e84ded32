/** Names of control tokens in all the usual spellings: words in angle brackets, capitals in square ones. */
const controlName = /^(?:<[^<>\s]+>|<<[^<>]+>>|\[\/?[A-Z][A-Z_]*\d*\]|\[(?:unused|control)_?\d+\])$/u;

/** A token that stands for one byte of a character that has no token. */
const byteName = /^<0x[0-9a-f]{2}>$/i;

/** Whether a token's name marks it as a control token or as unused, whatever the file declares: `<unused42>`, `[PAD]`. */
export function isControlName(name: string): boolean {
  return controlName.test(name) && !isByteName(name);
}

/** Whether a token stands for one byte: `<0x0A>`. */
export function isByteName(name: string): boolean {
  return byteName.test(name);
}
