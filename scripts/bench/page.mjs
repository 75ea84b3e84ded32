// The page of measurements. Every part has a section between two marks; a part that did not run keeps the one it has.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../steps.mjs';
import { describeMachine } from './facts.mjs';

const page = join(root, 'bench', 'RESULTS.md');
const startOf = (part) => `<!-- ${part} -->`;
const endOf = (part) => `<!-- end of ${part} -->`;

/** Puts a part's section on the page, with today's date and this machine. `parts` gives the titles of all, in order. */
export function writeSection(parts, part, lines) {
  const sections = readSections(Object.keys(parts));
  sections[part] = [`## ${parts[part]}`, '', ...describeMachine(), '', ...lines].join('\n');
  const text = Object.entries(parts).map(([name, title]) => {
    const body = sections[name] ?? `## ${title}\n\nNot measured yet: \`npm run bench -- ${name}\`.`;
    return `${startOf(name)}\n${body}\n${endOf(name)}\n`;
  });
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, `# Measurements of \`npm run bench\`\n\n${text.join('\n')}`);
  return sections[part];
}

function readSections(names) {
  let text = '';
  try {
    text = readFileSync(page, 'utf8');
  } catch {
    // There is no page yet.
  }
  const sections = {};
  for (const name of names) {
    const [, rest] = text.split(`${startOf(name)}\n`);
    const end = rest?.indexOf(`\n${endOf(name)}`) ?? -1;
    if (end >= 0) sections[name] = rest.slice(0, end);
  }
  return sections;
}
