/** The health of the agent for a component; the first that asks begins to watch it. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { healthOf } from './health';
import type { Health } from './health';

interface IUsed {
  readonly service: Health;
  readonly health: Wire['Health'] | null;
  readonly modelless: boolean;
  readonly error: Error | null;
  readonly busy: boolean;
  readonly dismissed: string;
}

export function useHealth(): IUsed {
  const { agent, live } = useServices();
  const service = healthOf(agent, live);
  const state = useStore(service.store);
  useEffect(() => service.watch(), [service]);
  return { service, ...state };
}
