/** A list that grows by pages: what has been shown stays where it is when more is asked for, or when it is asked anew. */
import { useState } from 'react';
import { useAsked } from './asking';
import type { IAsked } from './asking';

export interface IPage<T> {
  readonly items: readonly T[];
  readonly total: number;
}

interface IPages<T> extends IAsked<IPage<T>> {
  readonly left: number;
  more(): void;
}

/** `ask` answers a page, from 1; what `keyOf` has named already is not shown twice. */
export function usePages<T>(
  ask: (page: number) => Promise<IPage<T>>,
  keyOf: (item: T) => string,
  about: readonly unknown[],
  filters: string
): IPages<T> {
  const [pages, setPages] = useState({ filters, count: 1 });
  const count = pages.filters === filters ? pages.count : 1;
  const asked = useAsked(async () => {
    const answers = await Promise.all(Array.from({ length: count }, (_, at) => ask(at + 1)));
    const all = new Map(answers.flatMap(({ items }) => items.map(item => [keyOf(item), item])));
    return { items: [...all.values()], total: answers[0].total };
  }, [...about, filters, count]);
  return {
    ...asked,
    left: asked.data ? Math.max(0, asked.data.total - asked.data.items.length) : 0,
    more: () => setPages({ filters, count: count + 1 })
  };
}
