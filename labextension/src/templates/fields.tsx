/** How the fields of a template's form look: a label, what it is for, the input, and what is wrong with it. */
import { addIcon, deleteIcon } from '@jupyterlab/ui-components';
import { ariaDescribedByIds, errorId, descriptionId, getInputProps } from '@rjsf/utils';
import type {
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  RJSFSchema,
  WidgetProps
} from '@rjsf/utils';
import React from 'react';
import { words } from '../api/read';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';
import { KINDS } from './schema';

/** What the server refused: the library's own way would keep it after it was mended. */
export interface IFormContext {
  readonly id?: string;
  readonly refusal?: string;
}

function Field(props: FieldTemplateProps): JSX.Element {
  const { id, label, schema, children, required } = props;
  const { id: refused, refusal } = contextOf(props);
  const sentences = [...(props.rawErrors ?? []), ...(refusal && refused === id ? [refusal] : [])];
  const { trans } = useServices();
  if (schema.type === 'object') {
    return children;
  }
  const errors = sentences.length > 0 && (
    <p className="jca-FormField-error" id={errorId(id)} role="alert">
      {sentences.join(' ')}
    </p>
  );
  const title = `${label}${required ? ` ${trans.__('(required)')}` : ''}`;
  const about = schema.description && (
    <p className="jca-FormField-about" id={descriptionId(id)}>
      {schema.description}
    </p>
  );
  if (schema.type === 'array') {
    return (
      <fieldset className="jca-FormField" aria-describedby={ariaDescribedByIds(id)}>
        <legend>{title}</legend>
        {about}
        {children}
        {errors}
      </fieldset>
    );
  }
  const item = /_\d+$/.test(id);
  const boolean = schema.type === 'boolean';
  return (
    <div className={`jca-FormField ${item ? 'jca-mod-item' : ''}`}>
      {!boolean && (
        <label htmlFor={id} className={item ? 'jca-SrOnly' : ''}>
          {title}
        </label>
      )}
      {!boolean && about}
      {children}
      {errors}
    </div>
  );
}

function Items({ items, canAdd, onAddClick, title }: ArrayFieldTemplateProps): JSX.Element {
  const { trans } = useServices();
  return (
    <>
      {items.map(item => (
        <div className="jca-FormField-item" key={item.key}>
          {item.children}
          <IconButton
            icon={deleteIcon}
            label={trans.__('Remove item %1 of %2', item.index + 1, title)}
            act={() => item.onDropIndexClick(item.index)()}
          />
        </div>
      ))}
      {canAdd && (
        <button type="button" className="jca-Button jca-FormField-add" onClick={() => onAddClick()}>
          <addIcon.react tag="span" />
          {trans.__('Add')}
          <span className="jca-SrOnly">{trans.__('to %1', title)}</span>
        </button>
      )}
    </>
  );
}

function Properties({ properties }: ObjectFieldTemplateProps): JSX.Element {
  return <>{properties.map(property => property.content)}</>;
}

/** What an input uses of what it is given, whatever the form's data are. */
interface IInputProps {
  readonly id: string;
  readonly schema: RJSFSchema;
  readonly type?: string;
  readonly value?: unknown;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly rawErrors?: readonly string[];
  readonly formContext?: unknown;
  readonly options: { readonly emptyValue?: unknown };
  onChange(value: unknown): void;
  onBlur(id: string, value: unknown): void;
}

function Input(props: IInputProps): JSX.Element {
  const { id, options, schema, placeholder, rawErrors = [], onChange, onBlur, disabled } = props;
  const text = words(props.value);
  const refused = contextOf(props).id === id;
  return (
    <input
      id={id}
      name={id}
      className="jca-Input"
      {...getInputProps(schema, props.type)}
      value={text}
      placeholder={placeholder}
      disabled={disabled}
      aria-invalid={rawErrors.length > 0 || refused}
      aria-describedby={ariaDescribedByIds(id)}
      onChange={({ target }) => onChange(target.value === '' ? options.emptyValue : target.value)}
      onBlur={({ target }) => onBlur(id, target.value)}
    />
  );
}

/** A field of a record, written `name` or `name:kind`. */
function RecordField(props: WidgetProps): JSX.Element {
  const { id, rawErrors = [], onChange, label } = props;
  const { trans } = useServices();
  const [name, kind = KINDS[0]] = words(props.value).split(':');
  return (
    <span className="jca-Record">
      <input
        id={id}
        name={id}
        className="jca-Input"
        value={name}
        aria-invalid={rawErrors.length > 0}
        aria-describedby={ariaDescribedByIds(id)}
        // A colon would begin the kind, which has a choice of its own.
        onChange={({ target }) => onChange(join(target.value.replaceAll(':', ''), kind))}
      />
      <select
        className="jca-Input"
        aria-label={trans.__('Kind of %1', name || label)}
        value={kind}
        onChange={({ target }) => onChange(join(name, target.value))}
      >
        {KINDS.map(one => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </span>
  );
}

function join(name: string, kind: string): string {
  return name || kind !== KINDS[0] ? `${name}:${kind}` : '';
}

function contextOf({ formContext }: { readonly formContext?: unknown }): IFormContext {
  return formContext ?? {};
}

export const TEMPLATES = {
  FieldTemplate: Field,
  ArrayFieldTemplate: Items,
  ObjectFieldTemplate: Properties,
  BaseInputTemplate: Input
};
export const WIDGETS = { RecordField };
