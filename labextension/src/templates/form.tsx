/** The form of one template: what is wrong with a value stands beside it, whoever found it. */
import { FormComponent } from '@jupyterlab/ui-components';
import { customizeValidator } from '@rjsf/validator-ajv8';
import React, { useId, useMemo, useRef, useState } from 'react';
import { AgentError } from '../api/client';
import type { Wire } from '../api/client';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { TEMPLATES, WIDGETS } from './fields';
import type { IFormContext } from './fields';
import { plainly, schemaOf, uiOf } from './schema';
import type { Values } from './state';

interface IFormProps {
  readonly variables: readonly Wire['VariableView'][];
  readonly values: Values;
  change(values: Values): void;
  /** Rejects with AgentError, whose field names the variable that can't be used. */
  send(values: Values): Promise<void>;
}

const PREFIX = 'variables.';
const validator = customizeValidator<Values>();

export default function TemplateForm({ variables, values, change, send }: IFormProps): JSX.Element {
  const { trans } = useServices();
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Error | null>(null);
  const node = useRef<HTMLDivElement>(null);
  const prefix = `jca${useId()}`;
  const schema = useMemo(() => schemaOf(variables), [variables]);
  const ui = useMemo(() => uiOf(variables), [variables]);
  const wrong = fieldOf(refusal, variables);
  const context: IFormContext =
    wrong && refusal ? { id: `${prefix}_${wrong}`, refusal: refusal.message } : {};
  const submit = async (data: Values): Promise<void> => {
    setTried(true);
    setBusy(true);
    setRefusal(null);
    try {
      await send(data);
    } catch (error) {
      setRefusal(error as Error);
      focus(node.current, `${prefix}_${fieldOf(error as Error, variables)}`);
    }
    setBusy(false);
  };
  return (
    <div className="jca-Form" ref={node}>
      <FormComponent
        schema={schema}
        uiSchema={ui}
        formData={values}
        validator={validator}
        templates={TEMPLATES}
        widgets={WIDGETS}
        idPrefix={prefix}
        formContext={context}
        liveValidate
        noHtml5Validate
        showErrorList={false}
        focusOnFirstError
        experimental_defaultFormStateBehavior={{ arrayMinItems: { populate: 'requiredOnly' } }}
        transformErrors={errors => plainly(trans, variables, errors, tried)}
        onChange={({ formData }) => {
          setRefusal(null);
          change(formData ?? {});
        }}
        onSubmit={({ formData }) => void submit(formData ?? {})}
        onError={() => setTried(true)}
      >
        {refusal && !wrong && <Sorry error={refusal} />}
        <button type="submit" className="jca-Button jca-mod-accent" disabled={busy}>
          {busy ? trans.__('Generating …') : trans.__('Generate and prove')}
        </button>
      </FormComponent>
    </div>
  );
}

/** Put the focus on a field, of a list on its first item. */
function focus(form: HTMLElement | null, id: string): void {
  const inputs = form?.querySelectorAll<HTMLElement>('input, select') ?? [];
  const isIt = (input: HTMLElement): boolean =>
    input.id === id || (input.id.startsWith(id) && /^[-_]\d/.test(input.id.slice(id.length)));
  [...inputs].find(isIt)?.focus();
}

/** The variable that an error is about; empty where it is about none of these. */
function fieldOf(error: Error | null, variables: readonly Wire['VariableView'][]): string {
  const field = error instanceof AgentError && error.field.startsWith(PREFIX) ? error.field : '';
  const name = field.slice(PREFIX.length);
  return variables.some(variable => variable.name === name) ? name : '';
}
