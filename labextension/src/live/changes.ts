/** Counters of what has changed on the server, by the first part of its path. */
import type { paths } from '../api/wire';

type First<Path> = Path extends `/${infer Part}/${string}`
  ? Part
  : Path extends `/${infer Part}`
    ? Part
    : never;
type Part = First<keyof paths>;

/** A part that nothing was heard of, or that no path begins with, is not among them. */
export type Changes = Readonly<Partial<Record<Part, number>> & Record<string, number>>;

/** Every part of the interface: the compiler tells where one is missing. */
const PARTS: Readonly<Record<Part, 0>> = {
  artifacts: 0,
  chat: 0,
  cleanup: 0,
  config: 0,
  events: 0,
  execute: 0,
  executions: 0,
  health: 0,
  limits: 0,
  models: 0,
  notebooks: 0,
  'openapi.yaml': 0,
  receipts: 0,
  repair: 0,
  security: 0,
  sessions: 0,
  stats: 0,
  templates: 0,
  validate: 0
};
export const UNCHANGED: Changes = PARTS;

/** The counters after something at `path` has changed; without a path, anything may have. */
export function changed(changes: Changes, path?: string): Changes {
  if (path === undefined) {
    return Object.fromEntries(Object.entries(changes).map(([part, times]) => [part, times + 1]));
  }
  const [, part = ''] = path.split('/');
  return { ...changes, [part]: (changes[part] ?? 0) + 1 };
}
