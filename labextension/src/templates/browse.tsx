/** The library as a list: filtered by the server, searched in what is loaded, more loaded when asked for. */
import React, { useEffect, useId } from 'react';
import { useStore } from 'zustand';
import { answer } from '../api/client';
import type { Agent, Wire } from '../api/client';
import { useAsked } from '../panel/asking';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { Filters } from './filters';
import { ALL, templatesOf } from './state';
import type { IFilters, TemplatesStore } from './state';
import { factsOf } from './words';

type Summary = Wire['TemplateSummary'];
const PAGE = 50;

export function Browse(): JSX.Element {
  const { agent, panel, trans } = useServices();
  const store = templatesOf(panel);
  const { filters, wanted, pages } = useStore(store);
  const { data, error, busy, again } = useAsked(() => library(agent, filters, pages), [filters, pages]);
  useEffect(() => seen(store, data?.templates ?? []), [store, data]);
  const shown = (data?.templates ?? []).filter(one => matches(one, wanted.trim().toLowerCase()));
  return (
    <>
      <Filters />
      {error && <Sorry error={error} again={again} />}
      {busy && !data && <Busy />}
      {data && (
        <>
          <p className="jca-Templates-count" role="status">
            {counted(trans._n('%1 template', '%1 templates', data.total), shown.length, data.total)}
          </p>
          <ul className="jca-Templates-list" aria-label={trans.__('Templates')} aria-busy={busy}>
            {shown.map(one => (
              <Row key={one.id} template={one} />
            ))}
          </ul>
          {!shown.length && (
            <Nothing>
              <p>{trans.__('No template is like that.')}</p>
              <button
                type="button"
                className="jca-Button"
                onClick={() => store.setState({ filters: ALL, wanted: '', pages: 1 })}
              >
                {trans.__('Show all')}
              </button>
            </Nothing>
          )}
          {data.templates.length < data.total && (
            <button
              type="button"
              className="jca-Button jca-Templates-more"
              disabled={busy}
              onClick={() => store.setState({ pages: pages + 1 })}
            >
              {trans.__('Load more (%1 of %2 are loaded)', data.templates.length, data.total)}
            </button>
          )}
          <Problems problems={data.problems} />
        </>
      )}
    </>
  );
}

function Row({ template }: { readonly template: Summary }): JSX.Element {
  const { panel, trans } = useServices();
  const store = templatesOf(panel);
  const id = useId();
  // Who comes back finds the focus where it was.
  const last = useStore(store, state => state.last === template.id);
  return (
    <li>
      <button
        type="button"
        className="jca-Template"
        aria-labelledby={`${id}-name`}
        aria-describedby={`${id}-about ${id}-facts`}
        autoFocus={last}
        onClick={() => store.setState({ open: template.id, last: null })}
      >
        <strong id={`${id}-name`}>{template.name}</strong>
        <span id={`${id}-about`}>{template.description}</span>
        <span className="jca-Template-facts" id={`${id}-facts`}>
          {factsOf(trans, template)}
        </span>
      </button>
    </li>
  );
}

/** Templates of the user's own folder that are left out, and why. */
function Problems({ problems }: { readonly problems: readonly Wire['Problem'][] }): JSX.Element | null {
  const { trans } = useServices();
  if (!problems.length) {
    return null;
  }
  return (
    <section className="jca-Templates-problems" aria-label={trans.__('Templates with problems')}>
      <h3>{trans.__('Left out of your own templates')}</h3>
      <ul>
        {problems.map(problem => (
          <li key={problem.template}>
            <strong>{problem.template}</strong> {problem.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ILibrary {
  readonly templates: readonly Summary[];
  readonly total: number;
  readonly problems: readonly Wire['Problem'][];
}

/** The first pages of the library, put together. */
async function library(agent: Agent, filters: IFilters, pages: number): Promise<ILibrary> {
  const given = {
    ...(filters.category && { category: filters.category }),
    ...(filters.language && { language: filters.language }),
    ...(filters.framework && { framework: filters.framework })
  };
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  const answers = await Promise.all(
    numbers.map(page =>
      answer(agent.rest.GET('/templates', { params: { query: { ...given, page, limit: PAGE } } }))
    )
  );
  const [{ total, problems }] = answers;
  return { templates: answers.flatMap(one => one.templates), total, problems };
}

function seen(store: TemplatesStore, templates: readonly Summary[]): void {
  store.setState(({ languages, frameworks }) => ({
    languages: union(
      languages,
      templates.map(one => one.language)
    ),
    frameworks: union(
      frameworks,
      templates.map(one => one.framework)
    )
  }));
}

function union(known: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...known, ...more])].sort();
}

function matches({ id, name, description }: Summary, wanted: string): boolean {
  return [id, name, description].some(text => text.toLowerCase().includes(wanted));
}

function counted(all: string, shown: number, total: number): string {
  return shown === total ? all : `${shown} / ${all}`;
}
