import { readFileSync } from 'node:fs';

/** package.json with the texts of package.nls.json in their places, as an editor shows it. */
export function readManifestText(): string {
  const texts = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Readonly<Record<string, string>>;
  return readFileSync('package.json', 'utf8').replaceAll(/"%([\w.-]+)%"/g, (_, key: string) => {
    const text = texts[key];
    if (text === undefined) throw new Error(`package.nls.json has no text for ${key}.`);
    return JSON.stringify(text);
  });
}
