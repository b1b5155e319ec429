/** Everything that leaves this page with the message, before it does. */
import React, { useState } from 'react';
import { useAsked } from '../panel/asking';
import { useComposer, useServices } from '../panel/services';
import { foundFor } from './finding';
import { said } from './letter';

const PACKAGES_SHOWN = 3;
const LONGEST_VALUE = 200;

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
  const services = useServices();
  const { trans } = services;
  const letter = useComposer(state => state);
  // The words are not asked about at every key: what they name is found when they are sent.
  const { data, error } = useAsked(() => foundFor(services, letter), [letter.attachments]);
  return (
    <>
      {error && (
        <p className="jca-Composer-note">
          {trans.__('The notebook’s values can’t be looked at now. %1', error.message)}
        </p>
      )}
      <pre tabIndex={0} aria-label={trans.__('What is sent')}>
        {JSON.stringify(said(letter, data), shorter, 2)}
      </pre>
    </>
  );
}

/** The names of hundreds of packages say little, and rows of values are long. */
function shorter(key: string, value: unknown): unknown {
  if (key === 'packages' && Array.isArray(value) && value.length > PACKAGES_SHOWN) {
    return `${value.slice(0, PACKAGES_SHOWN).join(', ')} … (${value.length})`;
  }
  if (key === 'versions' && value !== null && typeof value === 'object') {
    return `… (${Object.keys(value).length})`;
  }
  if (key === 'content' && typeof value === 'string' && value.length > LONGEST_VALUE) {
    return `${value.slice(0, LONGEST_VALUE)} … (${value.length})`;
  }
  return value;
}
