/** What can be done with a result's code, as JupyterLab's commands; the buttons execute them too. */
import { Notification } from '@jupyterlab/apputils';
import { addBelowIcon, codeIcon, copyIcon, downloadIcon, textEditorIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Wire } from '../api/client';
import { text } from '../api/read';
import type { IServices } from '../panel/services';
import { copy, downloadArchive, fileOf, openAsFile } from './files';
import { changeCells, insertAtCursor, insertCells } from './inserting';
import { resultOf } from './result';

export const CodeCommands = {
  insertCells: 'coding-agent:insert-cells',
  changeCells: 'coding-agent:change-cells',
  insertAtCursor: 'coding-agent:insert-at-cursor',
  copy: 'coding-agent:copy-code',
  download: 'coding-agent:download-zip',
  open: 'coding-agent:open-as-file'
} as const;

interface ICommand {
  readonly id: string;
  readonly label: string;
  readonly icon: LabIcon;
  /** Answers what there is to say about it; null for nothing. Rejects where it failed. */
  act(execution: Wire['ExecutionView'], path: string): Promise<string | null> | string | null;
}

/** Add the commands: `execution` and `path` say what is meant, without them what the panel shows. */
export function addCodeCommands(services: IServices): void {
  const { app, live, panel, trans } = services;
  for (const { id, label, icon, act } of commandsOf(services)) {
    app.commands.addCommand(id, {
      label,
      icon,
      isEnabled: args => meant(args) !== '',
      execute: async args => {
        try {
          const said = await act(await live.view(meant(args)), text(args.path));
          if (said) {
            Notification.emit(said, 'default', { autoClose: SAID_MS });
          }
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          Notification.error(trans.__('%1: %2', label, why), { autoClose: false });
        }
      }
    });
  }

  function meant(args: ReadonlyPartialJSONObject): string {
    return text(args.execution) || (panel.getState().execution ?? '');
  }
}

const SAID_MS = 5000;

function commandsOf(services: IServices): ICommand[] {
  const { trans } = services;
  return [
    {
      id: CodeCommands.insertCells,
      label: trans.__('Insert as Cells'),
      icon: addBelowIcon,
      act: execution => insertCells(services, resultOf(execution))
    },
    {
      id: CodeCommands.changeCells,
      label: trans.__('Change the Cells'),
      icon: addBelowIcon,
      act: execution => changeCells(services, resultOf(execution))
    },
    {
      id: CodeCommands.insertAtCursor,
      label: trans.__('Insert at the Cursor'),
      icon: codeIcon,
      act: (execution, path) => {
        const file = fileOf(execution, path);
        return file
          ? insertAtCursor(services, resultOf(execution), file.source)
          : trans.__('There is no code to insert.');
      }
    },
    {
      id: CodeCommands.copy,
      label: trans.__('Copy the Code'),
      icon: copyIcon,
      act: (execution, path) => {
        const file = fileOf(execution, path);
        if (file) {
          copy(file);
        }
        return file ? trans.__('%1 is copied.', file.path) : trans.__('There is no code to copy.');
      }
    },
    {
      id: CodeCommands.download,
      label: trans.__('Download as ZIP'),
      icon: downloadIcon,
      act: async execution => {
        await downloadArchive(services, execution.execution_id);
        return execution.status === 'passed'
          ? null
          : trans.__('What was downloaded is not validated; its name says so.');
      }
    },
    {
      id: CodeCommands.open,
      label: trans.__('Open as a File'),
      icon: textEditorIcon,
      act: async (execution, path) => {
        const file = fileOf(execution, path);
        return file
          ? trans.__('Written to %1.', await openAsFile(services, file))
          : trans.__('There is no code to open.');
      }
    }
  ];
}
