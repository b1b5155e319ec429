/** Kinds of effects, those first that a person should look at. */
import type { Wire } from '../api/client';

export const KINDS = [
  'deletes',
  'writes',
  'network',
  'processes',
  'environment',
  'reads',
  'open_resources',
  'imports'
] as const;

export type EffectKind = (typeof KINDS)[number];

/** What an event of it is called. */
export const EVENTS: Readonly<Record<EffectKind, Wire['EffectEvent']['kind']>> = {
  deletes: 'delete',
  writes: 'write',
  network: 'network',
  processes: 'process',
  environment: 'environment',
  reads: 'read',
  open_resources: 'open_resource',
  imports: 'import'
};
