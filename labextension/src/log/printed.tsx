/** What code printed, as JupyterLab shows it: with its colours, and through its sanitizer. */
import { renderText } from '@jupyterlab/rendermime';
import React, { useEffect, useRef } from 'react';
import { useServices } from '../panel/services';

interface IPrintedProps {
  readonly name: string;
  readonly source: string;
}

export function Printed({ name, source }: IPrintedProps): JSX.Element {
  const { rendermime } = useServices();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current) {
      void renderText({ host: host.current, sanitizer: rendermime.sanitizer, source });
    }
  }, [rendermime, source]);
  return (
    <figure className="jca-Printed">
      <figcaption>{name}</figcaption>
      <div ref={host} role="region" aria-label={name} tabIndex={0} className="jca-Printed-text" />
    </figure>
  );
}
