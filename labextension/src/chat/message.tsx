/** One message, and the execution that it began or came of. */
import { Clipboard } from '@jupyterlab/apputils';
import { copyIcon, deleteIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import type { Wire } from '../api/client';
import { Ago } from '../panel/ago';
import { IconButton } from '../panel/parts';
import { useServices } from '../panel/services';
import { CodeCommands } from '../code/commands';
import { ExecutionStatus } from '../status/status';
import { Files } from './files';
import { pinIcon } from './icons';
import { Markdown } from './markdown';
import { Reasons } from './reasons';

type MessageView = Wire['MessageView'];
/** A longer text is cut until somebody wants all of it. */
const LONG = 6000;

interface IMessageProps {
  readonly message: MessageView;
  /** Its place in the whole session, from 1, and how many there are. */
  readonly place: number;
  readonly all: number;
  /** Whether its execution is shown here: once in a session, at the latest message of it. */
  readonly card: boolean;
  pin(message: MessageView): void;
  remove(message: MessageView): void;
}

export const Message = React.memo(function Message(props: IMessageProps): JSX.Element {
  const { message, place, all, card, pin, remove } = props;
  const { trans } = useServices();
  const who = useWho(message.role);
  const result = message.role === 'assistant' && message.execution_id !== null;
  const broken = !result && message.status === 'failed';
  return (
    <article
      className={`jca-Message jca-mod-${message.role}`}
      aria-label={`${who}: ${message.text.slice(0, 80)}`}
      aria-posinset={place}
      aria-setsize={all}
    >
      <header className="jca-Message-head">
        <span className="jca-Message-who">{who}</span>
        <Ago at={message.created_at} />
        <span className="jca-Message-actions">
          <IconButton
            icon={copyIcon}
            label={trans.__('Copy the message')}
            act={() => Clipboard.copyToSystem(message.text)}
          />
          <IconButton
            icon={pinIcon}
            label={
              message.pinned
                ? trans.__('Unpin: models are told of it only while it is recent')
                : trans.__('Pin: models are always told of it')
            }
            pressed={message.pinned}
            act={() => pin(message)}
          />
          <IconButton icon={deleteIcon} label={trans.__('Delete the message')} act={() => remove(message)} />
        </span>
      </header>
      {result ? (
        <Reasons text={message.text} open={message.status !== 'passed'} />
      ) : (
        <div className={broken ? 'jca-Sorry' : ''}>
          <Text message={message} />
        </div>
      )}
      {card && message.execution_id ? <Execution id={message.execution_id} status={message.status} /> : null}
      {Object.keys(message.files).length > 0 && <Files files={message.files} />}
    </article>
  );
});

export function useWho(role: MessageView['role']): string {
  const { trans } = useServices();
  return { user: trans.__('You'), assistant: trans.__('Agent'), system: trans.__('Note') }[role];
}

function Text({ message: { role, text } }: { readonly message: MessageView }): JSX.Element {
  const { trans } = useServices();
  const [whole, setWhole] = useState(text.length <= LONG);
  const shown = whole ? text : `${text.slice(0, LONG)} …`;
  return (
    <>
      {role === 'assistant' ? <Markdown text={shown} /> : <p className="jca-Message-plain">{shown}</p>}
      {!whole && (
        <button type="button" className="jca-Link" onClick={() => setWhole(true)}>
          {trans.__('Show all of it')}
        </button>
      )}
    </>
  );
}

interface IExecutionProps {
  readonly id: string;
  readonly status: MessageView['status'];
}

function Execution({ id, status }: IExecutionProps): JSX.Element {
  const { app, panel, trans } = useServices();
  const insert = (): void => void app.commands.execute(CodeCommands.insertCells, { execution: id });
  return (
    <div className="jca-Message-execution">
      <ExecutionStatus id={id} known={{ status }} />
      <div className="jca-Message-next">
        {status === 'passed' && (
          <button type="button" className="jca-Button jca-mod-accent" onClick={insert}>
            {trans.__('Insert as Cells')}
          </button>
        )}
        <button type="button" className="jca-Button" onClick={() => panel.setState({ execution: id })}>
          {trans.__('Details')}
        </button>
      </div>
    </div>
  );
}
