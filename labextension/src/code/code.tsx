/** The files of a result. */
import React from 'react';
import type { IFacetProps } from '../panel/view';

export default function Code({ execution }: IFacetProps): JSX.Element {
  return (
    <div className="jca-Code">
      {Object.entries(execution.files ?? {}).map(([path, source]) => (
        <figure key={path}>
          <figcaption>{path}</figcaption>
          <pre>{source}</pre>
        </figure>
      ))}
    </div>
  );
}
