/** A form for a template's variables: JSON schema, how each is entered, and what is wrong with a value in plain words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { RJSFSchema, RJSFValidationError, UiSchema } from '@rjsf/utils';
import type { Wire } from '../api/client';
import type { Values } from './state';

type Variable = Wire['VariableView'];

/** What every text keeps to. */
const MOST_CHARACTERS = 200;
const MOST_ITEMS = 50;
export const KINDS = ['text', 'integer', 'number', 'boolean'] as const;
const NAME = '[A-Za-z_][A-Za-z0-9_]*';

export function schemaOf(variables: readonly Variable[]): RJSFSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(variables.map(variable => [variable.name, propertyOf(variable)])),
    required: variables.filter(variable => variable.default === null).map(variable => variable.name)
  };
}

/** The values that a form begins with. */
export function defaultsOf(variables: readonly Variable[]): Values {
  const given = variables.filter(variable => variable.default !== null);
  return Object.fromEntries(given.map(variable => [variable.name, variable.default]));
}

/** How the variables are entered, in the template's order. */
export function uiOf(variables: readonly Variable[]): UiSchema<Values> {
  return Object.fromEntries<unknown>([
    ['ui:order', variables.map(variable => variable.name)],
    ...variables.map(variable => [variable.name, entryOf(variable)] as const)
  ]);
}

function propertyOf(variable: Variable): RJSFSchema {
  const { description, rule } = variable;
  const about = { title: titleOf(variable.name), description };
  switch (variable.type) {
    case 'boolean':
      return { ...about, type: 'boolean' };
    case 'integer':
    case 'number':
      return { ...about, type: variable.type, ...bounds(rule, 'minimum', 'maximum') };
    case 'list':
      return {
        ...about,
        type: 'array',
        uniqueItems: true,
        maxItems: MOST_ITEMS,
        ...bounds(rule, 'minItems', 'maxItems'),
        // A new item begins empty.
        items: { ...textOf(variable.items, rule), ...(variable.items === 'choice' ? {} : { default: '' }) }
      };
    default:
      return { ...about, ...textOf(variable.type, rule), ...bounds(rule, 'minLength', 'maxLength') };
  }
}

function textOf(type: Variable['type'] | Variable['items'], rule: Variable['rule']): RJSFSchema {
  if (type === 'choice') {
    return { type: 'string', enum: rule.choices };
  }
  const pattern = patternOf(type, rule);
  return { type: 'string', minLength: 1, maxLength: MOST_CHARACTERS, ...(pattern ? { pattern } : {}) };
}

/** The rule's pattern for the whole text. One that JavaScript can't read is left to the server. */
function patternOf(type: string, { pattern }: Variable['rule']): string | null {
  const plain = pattern ?? (['identifier', 'field'].includes(type) ? NAME : null);
  if (plain === null) {
    return null;
  }
  if (type === 'field' && DOLLAR_ITSELF.test(plain)) {
    return null;
  }
  const whole = type === 'field' ? `(?:${fieldName(plain)})(?::(?:${KINDS.join('|')}))?` : plain;
  try {
    new RegExp(`^(?:${whole})$`, 'u');
    return `^(?:${whole})$`;
  } catch {
    return null;
  }
}

/** A dollar that does not stand for the end. */
const DOLLAR_ITSELF = /\\\$|\[[^\]]*\$/;

/** A field's pattern is about its name: where it looks for the end, the kind may follow. */
function fieldName(pattern: string): string {
  return pattern.replaceAll('$', '(?::|$)');
}

function bounds(rule: Variable['rule'], least: string, most: string): Record<string, number> {
  return {
    ...(rule.min === null ? {} : { [least]: rule.min }),
    ...(rule.max === null ? {} : { [most]: rule.max })
  };
}

function entryOf(variable: Variable): UiSchema<Values> {
  const { items, type } = variable;
  if (type === 'list') {
    const item = { 'ui:emptyValue': '', ...(items === 'field' ? { 'ui:widget': 'RecordField' } : {}) };
    return items === 'choice' ? { 'ui:widget': 'checkboxes' } : { items: item };
  }
  // What is left empty is the default, which the server fills in.
  const hint = variable.default ?? variable.example;
  return ['string', 'number'].includes(typeof hint) ? { 'ui:placeholder': String(hint) } : {};
}

/** `key_columns` → `Key columns`. */
export function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The validator's findings in the words that the rule gives, one for each field. */
export function plainly(
  trans: TranslationBundle,
  variables: readonly Variable[],
  errors: readonly RJSFValidationError[],
  tried: boolean
): RJSFValidationError[] {
  const told = new Set<string>();
  return errors.flatMap(error => {
    const property = error.property ?? '';
    const early = !tried && (error.name === 'required' || isNewItem(error));
    if (early || told.has(property)) {
      return [];
    }
    told.add(property);
    const variable = variables.find(one => property.split('.').includes(one.name));
    return [{ ...error, message: sentence(trans, variable, error) }];
  });
}

/** Whether an item of a list is still empty. */
function isNewItem({ name, property, params }: RJSFValidationError): boolean {
  const limit = (params as { limit?: number } | undefined)?.limit;
  return name === 'pattern' ? false : name === 'minLength' && limit === 1 && /\.\d+$/.test(property ?? '');
}

function sentence(
  trans: TranslationBundle,
  variable: Variable | undefined,
  error: RJSFValidationError
): string {
  const limit = String((error.params as { limit?: number } | undefined)?.limit ?? '');
  const sentences: Record<string, () => string> = {
    required: () => trans.__('A value has to be given.'),
    pattern: () =>
      trans.__(
        'This must be %1.',
        variable?.rule.says ?? trans.__('text like %1', variable?.rule.pattern ?? NAME)
      ),
    type: () => trans.__('A value of this kind can’t be used here.'),
    minimum: () => trans.__('This must be at least %1.', limit),
    maximum: () => trans.__('This must be at most %1.', limit),
    minLength: () => trans.__('This must be at least %1 characters long.', limit),
    maxLength: () => trans.__('This must be at most %1 characters long.', limit),
    minItems: () => trans.__('Give at least %1.', limit),
    maxItems: () => trans.__('Give at most %1.', limit),
    uniqueItems: () => trans.__('Nothing may be named twice.'),
    enum: () => trans.__('Choose one of %1.', variable?.rule.choices.join(', ') ?? '')
  };
  const name = error.name ?? '';
  return Object.hasOwn(sentences, name) ? sentences[name]() : (error.message ?? error.stack);
}
