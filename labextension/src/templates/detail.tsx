/** One template: what it is made of, the form of its variables, and a place to ask for something like it. */
import { caretLeftIcon } from '@jupyterlab/ui-components';
import React, { lazy, Suspense, useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { Facts } from '../setup/section';
import { Adapt } from './adapt';
import { defaultsOf, titleOf } from './schema';
import { templatesOf, without } from './state';
import type { Values } from './state';
import { categoryName, factsOf } from './words';

type Template = Wire['TemplateView'];
/** The form brings a validator that nothing else needs. */
const TemplateForm = lazy(() => import('./form'));

export function Detail({ id }: { readonly id: string }): JSX.Element {
  const { agent, panel, trans } = useServices();
  const { data, error, again } = useAsked(
    () => answer(agent.rest.GET('/templates/{template_id}', { params: { path: { template_id: id } } })),
    [id]
  );
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <>
      <button
        type="button"
        className="jca-Templates-back"
        ref={back}
        onClick={() => templatesOf(panel).setState({ open: null, last: id })}
      >
        <caretLeftIcon.react tag="span" />
        {trans.__('All templates')}
      </button>
      {error && <Sorry error={error} again={again} />}
      {data ? <Shown template={data} /> : !error && <Busy />}
    </>
  );
}

function Shown({ template }: { readonly template: Template }): JSX.Element {
  const { agent, live, panel, trans } = useServices();
  const store = templatesOf(panel);
  const values = useStore(store, state => state.values[template.id]);
  const change = (next: Values): void =>
    store.setState(old => ({ values: { ...old.values, [template.id]: next } }));
  const reset = (): void => store.setState(old => ({ values: without(old.values, template.id) }));
  const send = async (variables: Values): Promise<void> => {
    const params = { path: { template_id: template.id } };
    const body = { variables };
    const generated = await answer(agent.rest.POST('/templates/{template_id}/generate', { params, body }));
    live.expect(generated.execution_id);
    panel.setState({ execution: generated.execution_id, facet: 'code' });
  };
  return (
    <article className="jca-Templates-one" aria-label={template.name}>
      <h3>{template.name}</h3>
      <p>{template.description}</p>
      <p className="jca-Template-facts">{factsOf(trans, template)}</p>
      <Facts rows={made(trans, template)} />
      <section className="jca-Section" aria-label={trans.__('Values')}>
        <header className="jca-Section-head">
          <h4>{trans.__('Values')}</h4>
          {values && (
            <button type="button" className="jca-TextButton" onClick={reset}>
              {trans.__('Back to the defaults')}
            </button>
          )}
        </header>
        <Apart groups={template.distinct} />
        <Suspense fallback={<Busy />}>
          <TemplateForm
            variables={template.variables}
            values={values ?? defaultsOf(template.variables)}
            change={change}
            send={send}
          />
        </Suspense>
      </section>
      <Adapt template={template} />
    </article>
  );
}

/** Which variables may not share a value. */
function Apart({ groups }: { readonly groups: Template['distinct'] }): JSX.Element | null {
  const { trans } = useServices();
  const sentences = groups.map(names =>
    trans.__('No value may stand in two of these: %1.', names.map(titleOf).join(', '))
  );
  return sentences.length ? (
    <ul className="jca-Apart">
      {sentences.map(sentence => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  ) : null;
}

function made(
  trans: ReturnType<typeof useServices>['trans'],
  { id, category, files, tests, requirements }: Template
): [string, ReactNode][] {
  return [
    [trans.__('Id'), <code key={id}>{id}</code>],
    [trans.__('Category'), categoryName(trans, category)],
    [trans.__('Files'), files.join(', ')],
    [trans.__('Tests'), tests.join(', ')],
    [trans.__('Packages'), requirements.join(', ') || trans.__('none')]
  ];
}
