// The page of measurements. Every part has a section between two marks; a part that did not run keeps its old
// section.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../scripts/common.mjs';
import { describeMachine } from './facts';

const page = join(root, 'bench', 'RESULTS.md');
const startOf = (part: string): string => `<!-- ${part} -->`;
const endOf = (part: string): string => `<!-- end of ${part} -->`;

/**
 * Writes a part's section on the page, with today's date and this machine. Returns its text. `titles` are
 * those of all parts, in order.
 */
export function writeSection(
  titles: Readonly<Record<string, string>>,
  part: string,
  lines: readonly string[],
): string {
  const section = [`## ${titles[part]!}`, '', ...describeMachine(), '', ...lines].join('\n');
  const sections = readSections(Object.keys(titles)).set(part, section);
  const text = Object.entries(titles).map(([name, title]) => {
    const body = sections.get(name) ?? `## ${title}\n\nNot measured yet: \`npm run bench -- ${name}\`.`;
    return `${startOf(name)}\n${body}\n${endOf(name)}\n`;
  });
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, `# Measurements of \`npm run bench\`\n\n${text.join('\n')}`);
  return section;
}

function readSections(names: readonly string[]): Map<string, string> {
  let text = '';
  try {
    text = readFileSync(page, 'utf8');
  } catch {
    // There is no page yet.
  }
  const sections = new Map<string, string>();
  for (const name of names) {
    const [, rest] = text.split(`${startOf(name)}\n`);
    const end = rest?.indexOf(`\n${endOf(name)}`) ?? -1;
    if (rest !== undefined && end >= 0) sections.set(name, rest.slice(0, end));
  }
  return sections;
}
