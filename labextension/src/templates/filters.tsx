/** What narrows the list of templates: words, category, language, framework. */
import React from 'react';
import { useStore } from 'zustand';
import { useServices } from '../panel/services';
import { templatesOf } from './state';
import type { IFilters } from './state';
import { CATEGORIES, categoryName } from './words';

export function Filters(): JSX.Element {
  const { panel, trans } = useServices();
  const store = templatesOf(panel);
  const { filters, wanted, languages, frameworks } = useStore(store);
  const narrow = (change: Partial<IFilters>): void =>
    store.setState({ filters: { ...filters, ...change }, pages: 1 });
  const named = (names: readonly string[]): [string, string][] => names.map(name => [name, name]);
  return (
    <form className="jca-Templates-filters" role="search" onSubmit={event => event.preventDefault()}>
      <input
        type="search"
        className="jca-Input"
        aria-label={trans.__('Search the templates')}
        placeholder={trans.__('Search the templates')}
        value={wanted}
        onChange={event => store.setState({ wanted: event.target.value })}
      />
      <Choice
        label={trans.__('Category')}
        all={trans.__('All categories')}
        value={filters.category}
        options={CATEGORIES.map(one => [one, categoryName(trans, one)])}
        choose={category => narrow({ category: category as IFilters['category'] })}
      />
      <Choice
        label={trans.__('Language')}
        all={trans.__('All languages')}
        value={filters.language}
        options={named(languages)}
        choose={language => narrow({ language })}
      />
      <Choice
        label={trans.__('Framework')}
        all={trans.__('All frameworks')}
        value={filters.framework}
        options={named(frameworks)}
        choose={framework => narrow({ framework })}
      />
    </form>
  );
}

interface IChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  choose(value: string): void;
}

function Choice({ label, all, value, options, choose }: IChoiceProps): JSX.Element {
  return (
    <select
      className="jca-Input"
      aria-label={label}
      title={label}
      value={value}
      onChange={event => choose(event.target.value)}
    >
      <option value="">{all}</option>
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
