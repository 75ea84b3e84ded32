/** Text that is already HTML. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly (Html | string)[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML from a template: inserted parts are escaped unless they are HTML made here. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = strings.map((literal, i) => literal + (i < parts.length ? renderPart(parts[i]!) : ''));
  return { html: pieces.join('') };
}

function renderPart(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(renderPart).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}

/** Text as it appears in Markdown: none of it is read as markup, HTML, a link or a table border. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]#|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
}

/** Characters that steer a terminal (C0, DEL and C1), end a line, or turn the direction of the text around them. */
const steering = '\\p{Cc}\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
const steeringRun = new RegExp(`[${steering}]+`, 'gu');

/**
 * Text as a terminal may show it: whatever a stranger wrote into it, it neither steers the terminal nor begins a
 * new line. Each run of such characters becomes a space.
 */
export function dropControls(text: string): string {
  return text.replace(steeringRun, ' ');
}

/** The same JSON, in which such characters are written as escapes. */
export function escapeJsonControls(json: string): string {
  return json.replace(steeringRun, (run) =>
    Array.from(run, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  );
}
