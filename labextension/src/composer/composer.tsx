/** Where a request or a question is written, with what goes along and how it is to be done. */
import { settingsIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { useStore } from 'zustand';
import { IconButton, Sorry } from '../panel/parts';
import { useComposer, useServices } from '../panel/services';
import { Attach } from './attach';
import type { IOpen } from './attach';
import { Chips } from './chips';
import { Artifacts, Cells, Variables } from './choosers';
import { useDropping } from './dropping';
import { Options } from './options';
import { useSending } from './sending';
import { Sent } from './sent';
import { Standing } from './standing';
import { uploadsOf } from './uploads';

/** Of the panel's height. */
const HIGHEST = 1 / 3;

export function Composer(): JSX.Element {
  const { trans } = useServices();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const [list, setList] = useState<IOpen | null>(null);
  const [options, setOptions] = useState(false);
  const { ready, reading, note, error, send } = useSending();
  const over = useDropping(form);
  useOffered(field);
  const close = (): void => {
    setList(null);
    field.current?.focus();
  };
  return (
    <form
      ref={form}
      className={`jca-Composer ${over ? 'jca-mod-over' : ''}`}
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      {over && (
        <p className="jca-Composer-drop" role="status">
          {trans.__('Let go to attach')}
        </p>
      )}
      {error && <Sorry error={error} />}
      <p className="jca-Composer-note" role="status">
        {reading ? trans.__('Reading the notebook …') : note}
      </p>
      {list && <List list={list} close={close} />}
      <Chips />
      <Field field={field} send={() => void send()} />
      {options && <Options />}
      <div className="jca-Composer-tools">
        <Attach open={setList} />
        <IconButton
          icon={settingsIcon}
          label={trans.__('Options')}
          pressed={options}
          act={() => setOptions(!options)}
        />
        <Standing />
        <button type="submit" className="jca-Button jca-mod-accent" disabled={!ready}>
          {trans.__('Send')}
        </button>
      </div>
      <Sent />
    </form>
  );
}

interface IListProps {
  readonly list: IOpen;
  close(): void;
}

function List({ list: { kind, notebook }, close }: IListProps): JSX.Element | null {
  if (kind === 'artifacts') {
    return <Artifacts close={close} />;
  }
  const Which = kind === 'cells' ? Cells : Variables;
  return notebook && !notebook.isDisposed ? (
    <Which key={notebook.id} notebook={notebook} close={close} />
  ) : null;
}

interface IFieldProps {
  readonly field: RefObject<HTMLTextAreaElement>;
  send(): void;
}

function Field({ field, send }: IFieldProps): JSX.Element {
  const { agent, composer, trans } = useServices();
  const draft = useComposer(state => state.draft);
  useGrowing(field, draft);
  return (
    <textarea
      ref={field}
      className="jca-Composer-field"
      rows={2}
      aria-label={trans.__('Message to the coding agent')}
      placeholder={trans.__('Ask, or say what to write. Enter sends, Shift+Enter begins a line.')}
      value={draft}
      onChange={event => composer.getState().setDraft(event.target.value)}
      onPaste={event => {
        const files = [...event.clipboardData.files];
        // A copied table is a picture, too: its text is meant.
        if (files.length && !event.clipboardData.types.includes('text/plain')) {
          event.preventDefault();
          uploadsOf(agent, composer).add(files);
        }
      }}
      onKeyDown={event => {
        // Enter also ends the choice of a character in an input method.
        if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
          event.preventDefault();
          send();
        }
      }}
    />
  );
}

/** As high as its text, up to a third of the panel. */
function useGrowing(field: RefObject<HTMLTextAreaElement>, draft: string): void {
  useLayoutEffect(() => {
    const node = field.current;
    if (node) {
      const panel = node.closest('.jca-SidePanel')?.clientHeight ?? window.innerHeight;
      node.style.height = 'auto';
      const most = Math.round(panel * HIGHEST);
      node.style.height = `${Math.min(node.scrollHeight + 2, most)}px`;
      node.style.overflowY = node.scrollHeight > most ? 'auto' : 'hidden';
    }
  }, [field, draft]);
}

/** What another view has put here to go on from. */
function useOffered(field: RefObject<HTMLTextAreaElement>): void {
  const { composer, conversation } = useServices();
  const offered = useStore(conversation.store, state => state.offered);
  useEffect(() => {
    const words = offered === null ? null : conversation.take();
    if (words !== null) {
      const { draft, setDraft } = composer.getState();
      // Nothing that somebody wrote is lost, and nothing stands there twice.
      if (!draft.includes(words)) {
        setDraft(draft.trim() ? `${draft}\n\n${words}` : words);
      }
      field.current?.focus();
    }
  }, [composer, conversation, field, offered]);
}
