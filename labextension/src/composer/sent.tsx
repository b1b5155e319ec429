/** Everything that leaves this page with the message, before it does. */
import React, { useState } from 'react';
import { useComposer, useServices } from '../panel/services';
import { said } from './letter';

const PACKAGES_SHOWN = 3;

export function Sent(): JSX.Element {
  const { trans } = useServices();
  const [open, setOpen] = useState(false);
  return (
    <details className="jca-Sent" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{trans.__('What is sent')}</summary>
      {open && <Body />}
    </details>
  );
}

function Body(): JSX.Element {
  const { trans } = useServices();
  const letter = useComposer(state => state);
  return (
    <pre tabIndex={0} aria-label={trans.__('What is sent')}>
      {JSON.stringify(said(letter), shorter, 2)}
    </pre>
  );
}

/** The names of hundreds of packages say little. */
function shorter(key: string, value: unknown): unknown {
  if (key === 'packages' && Array.isArray(value) && value.length > PACKAGES_SHOWN) {
    return `${value.slice(0, PACKAGES_SHOWN).join(', ')} … (${value.length})`;
  }
  return value;
}
