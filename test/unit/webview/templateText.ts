/** The markup of a lit-html template with everything that was put in, in its order; handlers are left out. */
export function writeTemplate(value: unknown): string {
  if (Array.isArray(value)) return value.map(writeTemplate).join('');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || !('strings' in value) || !('values' in value)) return '';
  const [strings, values] = [value.strings as readonly string[], value.values as readonly unknown[]];
  return strings.map((text, i) => text + writeTemplate(values[i])).join('');
}
