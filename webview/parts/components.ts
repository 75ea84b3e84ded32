import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeRadio,
  vsCodeRadioGroup,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { noChange } from 'lit-html';
import { Directive, directive, PartType, type ElementPart, type PartInfo } from 'lit-html/directive.js';

/**
 * The one file that knows the toolkit, which is no longer developed. To replace it: register other controls
 * under the same names, or change the tags in buttons.ts and fields.ts. Its badge and progress ring set style
 * attributes, which our content security policy forbids, so they are not used.
 */
export function registerComponents(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeRadio(),
    vsCodeRadioGroup(),
    vsCodeTextField(),
  );
}

interface FieldNames {
  readonly label: string;
  /** What the field is for and what is wrong with it, read out after the label. */
  readonly description: string;
  readonly isInvalid: boolean;
}

/**
 * Names a text field for screen readers. The toolkit overwrites the label when a field is connected and keeps
 * its input in a shadow tree that no id reaches into, so names are set from outside, once the field is in the
 * page.
 */
class NameField extends Directive {
  constructor(info: PartInfo) {
    super(info);
    if (info.type !== PartType.ELEMENT) throw new Error('nameField belongs on an element.');
  }

  override update(part: ElementPart, [names]: [FieldNames]): unknown {
    queueMicrotask(() => setNames(part.element, names));
    return noChange;
  }

  render(names: FieldNames): unknown {
    return names;
  }
}
export const nameField = directive(NameField);

function setNames(field: Element, { label, description, isInvalid }: FieldNames): void {
  field.setAttribute('aria-label', label);
  const input = field.shadowRoot?.querySelector('input');
  input?.setAttribute('aria-description', description);
  input?.setAttribute('aria-invalid', String(isInvalid));
}
