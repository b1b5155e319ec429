/** How far something is, where that is known, and that it goes on where it is not. */
import React from 'react';
import { useServices } from './services';

interface IProgressProps {
  readonly label: string;
  /** From 0 to 1; null where it can't be known. */
  readonly share: number | null;
}

export function Progress({ label, share }: IProgressProps): JSX.Element {
  const { trans } = useServices();
  const percent = share === null ? null : Math.floor(share * 100);
  const words = percent === null ? trans.__('under way') : trans.__('%1 %', percent);
  return (
    <span className="jca-Progress">
      <progress aria-label={label} aria-valuetext={words} max={100} value={percent ?? undefined} />
      {percent !== null && <span aria-hidden="true">{words}</span>}
    </span>
  );
}
