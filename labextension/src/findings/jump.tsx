/** A place in the code as a button that shows it there. */
import React from 'react';
import { place } from '../code/place';
import { usePanel, useServices } from '../panel/services';

interface IPlaceProps {
  readonly path: string;
  readonly line: number | null;
}

export function Place({ path, line }: IPlaceProps): JSX.Element {
  const { panel, trans } = useServices();
  const open = usePanel(state => state.execution);
  const where = line === null ? path : `${path}:${line}`;
  return (
    <button
      type="button"
      className="jca-Place"
      title={trans.__('Show it in the code')}
      onClick={() => {
        place.setState({ path, line });
        panel.setState({ execution: open, facet: 'code' });
      }}
    >
      {where}
    </button>
  );
}
