/** Settings and doctor: how everything is, what is set, and what to do where something is missing. */
import { caretRightIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import type { ReactNode } from 'react';
import { useServices } from '../panel/services';
import { Doctor } from './doctor';
import { Limits } from './limits';
import { Models } from './models';
import { Settings } from './settings';
import { Stats } from './stats';
import { Upkeep } from './upkeep';
import { useHealth } from './useHealth';

const EDITOR = 'settingeditor:open';

export default function Setup(): JSX.Element {
  const { app, trans } = useServices();
  const { health } = useHealth();
  return (
    <div className="jca-Setup">
      <Doctor />
      <Models />
      <Limits />
      <Stats />
      <Disclosure title={trans.__('Settings of the server')}>
        <Settings />
      </Disclosure>
      <Disclosure title={trans.__('Mend and clean up')}>
        <Upkeep />
      </Disclosure>
      <footer className="jca-Setup-foot">
        {/* A front end such as Notebook 7 may have no editor of settings. */}
        {app.commands.hasCommand(EDITOR) && (
          <button
            type="button"
            className="jca-Button"
            onClick={() => void app.commands.execute(EDITOR, { query: 'Coding agent' })}
          >
            {trans.__('Settings of this panel …')}
          </button>
        )}
        {health && <span>{trans.__('Coding agent %1', health.version)}</span>}
      </footer>
    </div>
  );
}

interface IDisclosureProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** What is only asked for once it is opened. */
function Disclosure({ title, children }: IDisclosureProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <section className="jca-Section">
      <h3>
        <button
          type="button"
          className="jca-Disclosure"
          aria-expanded={open}
          onClick={() => setOpen(old => !old)}
        >
          <caretRightIcon.react tag="span" />
          {title}
        </button>
      </h3>
      {open && children}
    </section>
  );
}
