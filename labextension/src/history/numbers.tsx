/** All of it in a line, as the engine has counted it. */
import React from 'react';
import type { Wire } from '../api/client';
import { useServices } from '../panel/services';
import { money } from '../status/words';

export function Numbers({ stats }: { readonly stats: Wire['Stats'] }): JSX.Element {
  const { trans } = useServices();
  const facts = [
    trans._n('%1 execution', '%1 executions', stats.executions),
    stats.pass_rate === null ? '' : trans.__('%1 % passed', Math.round(100 * stats.pass_rate)),
    stats.mean_attempts === null ? '' : trans.__('%1 attempts each', stats.mean_attempts.toFixed(1)),
    stats.cost_usd ? money(stats.cost_usd) : ''
  ];
  return <p className="jca-Numbers jca-Quiet">{facts.filter(Boolean).join(' · ')}</p>;
}
