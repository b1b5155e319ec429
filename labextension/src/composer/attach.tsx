/** The button that attaches things, and the list that it opens. */
import { addIcon } from '@jupyterlab/ui-components';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import React, { useRef } from 'react';
import { useServices } from '../panel/services';
import type { IServices } from '../panel/services';
import { uploadsOf } from './uploads';

export type Kind = 'artifacts' | 'cells' | 'variables';

/** Which list is open, and of which notebook. */
export interface IOpen {
  readonly kind: Kind;
  readonly notebook: NotebookPanel | null;
}

interface IAttachProps {
  open(list: IOpen): void;
}

export function Attach({ open }: IAttachProps): JSX.Element {
  const services = useServices();
  const { agent, composer, trans } = services;
  const file = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        type="button"
        ref={button}
        className="jca-IconButton"
        title={trans.__('Attach files, cells or variables')}
        aria-label={trans.__('Attach files, cells or variables')}
        aria-haspopup="menu"
        onClick={() =>
          button.current && openMenu(services, button.current, () => file.current?.click(), open)
        }
      >
        <addIcon.react tag="span" />
      </button>
      <input
        type="file"
        ref={file}
        multiple
        hidden
        aria-label={trans.__('Files to attach')}
        onChange={event => {
          uploadsOf(agent, composer).add([...(event.target.files ?? [])]);
          // The same file again is a change, too.
          event.target.value = '';
        }}
      />
    </>
  );
}

function openMenu(
  { notebooks, trans }: IServices,
  anchor: HTMLElement,
  browse: () => void,
  open: (list: IOpen) => void
): void {
  const notebook = notebooks?.currentWidget ?? null;
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  const add = (label: string, execute: () => void, isEnabled = true): void => {
    commands.addCommand(label, { label, execute, isEnabled: () => isEnabled });
    menu.addItem({ command: label });
  };
  const title = notebook?.title.label ?? '';
  add(trans.__('Files from This Computer …'), browse);
  add(trans.__('Existing Files …'), () => open({ kind: 'artifacts', notebook: null }));
  menu.addItem({ type: 'separator' });
  add(
    notebook ? trans.__('Cells of %1 …', title) : trans.__('Cells (Open a Notebook First)'),
    () => open({ kind: 'cells', notebook }),
    notebook !== null
  );
  add(
    notebook ? trans.__('Variables of %1 …', title) : trans.__('Variables (Open a Notebook First)'),
    () => open({ kind: 'variables', notebook }),
    notebook !== null
  );
  menu.aboutToClose.connect(() => anchor.focus());
  const { left, bottom } = anchor.getBoundingClientRect();
  menu.open(left, bottom);
}
