import { type Html, html } from '../../words/escape';

export type IconName =
  | 'match'
  | 'agrees'
  | 'no-evidence'
  | 'undetermined'
  | 'refused'
  | 'warning'
  | 'pass'
  | 'miss'
  | 'open'
  | 'check'
  | 'copy';

const circle = '<circle cx="8" cy="8" r="6.5"/>';
const tick = 'M5.4 8.2l1.9 1.9 3.4-3.9';

/** Drawn here, because an exported page has no icon font: a 16-pixel grid, one-pixel strokes. */
const shapes: Readonly<Record<IconName, string>> = {
  match: `<path class="solid" d="M8.0 0.9L10.3 2.5L13.0 3.0L13.5 5.7L15.1 8.0L13.5 10.3L13.0 13.0L10.3 13.5L8.0 15.1L5.7 13.5L3.0 13.0L2.5 10.3L0.9 8.0L2.5 5.7L3.0 3.0L5.7 2.5Z"/><path class="cut" d="${tick}"/>`,
  // Like a match, but hollow.
  agrees: `<path d="M8.0 0.9L10.3 2.5L13.0 3.0L13.5 5.7L15.1 8.0L13.5 10.3L13.0 13.0L10.3 13.5L8.0 15.1L5.7 13.5L3.0 13.0L2.5 10.3L0.9 8.0L2.5 5.7L3.0 3.0L5.7 2.5Z"/><path d="${tick}"/>`,
  'no-evidence': `${circle}<path d="M5 8h6"/>`,
  refused: `${circle}<path d="M3.4 12.6L12.6 3.4"/>`,
  undetermined: `${circle}<path d="M6.2 6.4a1.8 1.8 0 1 1 2.7 1.6c-.6.3-.9.7-.9 1.4"/><circle class="solid" cx="8" cy="11.4" r=".9"/>`,
  warning:
    '<path d="M8 2.2L14.3 13.3H1.7Z"/><path d="M8 6.4v3.4"/><circle class="solid" cx="8" cy="11.5" r=".8"/>',
  pass: `${circle}<path d="M5.2 8.3l2 2 3.7-4.2"/>`,
  miss: '<path d="M4 4l8 8M12 4l-8 8"/>',
  open: circle,
  check: '<path d="M3 8.6l3.3 3.2L13 4.6"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8.5" rx="1"/><path d="M5.4 11H3.5a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v2.4"/>',
};

/** An icon as SVG, hidden from screen readers: a word beside it says the same. */
export function renderIcon(name: IconName): Html {
  return html`<svg class="icon is-${name}" viewBox="0 0 16 16" aria-hidden="true">
    ${{ html: shapes[name] }}
  </svg>`;
}
