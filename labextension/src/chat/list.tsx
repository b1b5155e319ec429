/** The conversation as a list of which only what can be seen is drawn; it follows the end while the end is in view. */
import { caretDownIcon } from '@jupyterlab/ui-components';
import React, { useCallback, useMemo, useRef, useState } from 'react';
import { Virtuoso } from 'react-virtuoso';
import type { VirtuosoHandle } from 'react-virtuoso';
import type { Wire } from '../api/client';
import type { IAnswer } from '../live/live';
import { useServices } from '../panel/services';
import type { ISending } from './conversation';
import { Markdown } from './markdown';
import { Message, useWho } from './message';

type MessageView = Wire['MessageView'];

/** What a line of the list is. */
type Item =
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageView }
  | { readonly kind: 'answer'; readonly key: string; readonly answer: IAnswer }
  | { readonly kind: 'sending'; readonly key: string; readonly sending: ISending };

interface IListProps {
  readonly messages: readonly MessageView[];
  /** How many come before the first of them. */
  readonly earlier: number;
  /** By question: what is being answered, and what could not be. */
  readonly answers: readonly (readonly [string, IAnswer])[];
  readonly sending: readonly ISending[];
  loadEarlier(): void;
  pin(message: MessageView): void;
  remove(message: MessageView): void;
}

const BEYOND = { top: 300, bottom: 300 };
const NEAR_THE_END = 60;

export function List(props: IListProps): JSX.Element {
  const { messages, earlier, answers, sending, loadEarlier, pin, remove } = props;
  const { trans } = useServices();
  const list = useRef<VirtuosoHandle>(null);
  const [atEnd, setAtEnd] = useState(true);
  const items = useMemo(() => itemsOf(messages, answers, sending), [messages, answers, sending]);
  const cards = useMemo(() => new Map(messages.map(one => [one.execution_id, one.message_id])), [messages]);
  const all = earlier + messages.length;
  const draw = useCallback(
    (index: number, item: Item): JSX.Element =>
      item.kind === 'message' ? (
        <Message
          message={item.message}
          place={index + 1}
          all={all}
          card={cards.get(item.message.execution_id) === item.message.message_id}
          pin={pin}
          remove={remove}
        />
      ) : item.kind === 'answer' ? (
        <Answer answer={item.answer} />
      ) : (
        <Sending text={item.sending.said.message} />
      ),
    [all, cards, pin, remove]
  );
  return (
    <div className="jca-Chat-list">
      <Virtuoso
        ref={list}
        className="jca-Chat-scroller"
        role="feed"
        aria-label={trans.__('Messages')}
        data={items}
        firstItemIndex={earlier}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        alignToBottom={false}
        increaseViewportBy={BEYOND}
        defaultItemHeight={120}
        atBottomThreshold={NEAR_THE_END}
        atBottomStateChange={setAtEnd}
        followOutput={atBottom => (atBottom ? 'auto' : false)}
        startReached={loadEarlier}
        computeItemKey={(_, item) => item.key}
        itemContent={draw}
      />
      {!atEnd && (
        <button
          type="button"
          className="jca-Chat-newest"
          onClick={() => list.current?.scrollToIndex({ index: 'LAST', align: 'end' })}
        >
          <caretDownIcon.react tag="span" />
          {trans.__('Newest')}
        </button>
      )}
    </div>
  );
}

function itemsOf(
  messages: readonly MessageView[],
  answers: readonly (readonly [string, IAnswer])[],
  sending: readonly ISending[]
): Item[] {
  return [
    ...messages.map(message => ({ kind: 'message' as const, key: message.message_id, message })),
    ...answers.map(([question, answer]) => ({ kind: 'answer' as const, key: `to-${question}`, answer })),
    ...sending.map(one => ({ kind: 'sending' as const, key: `sending-${one.key}`, sending: one }))
  ];
}

/** An answer on its way: it becomes a message when it is whole. */
function Answer({ answer }: { readonly answer: IAnswer }): JSX.Element {
  const { trans } = useServices();
  const who = useWho('assistant');
  return (
    <article className="jca-Message jca-mod-assistant" aria-label={who} aria-busy={!answer.done}>
      <header className="jca-Message-head">
        <span className="jca-Message-who">{who}</span>
        {!answer.done && <span className="jca-Quiet">{trans.__('answering …')}</span>}
      </header>
      {answer.error ? (
        <div className="jca-Sorry" role="alert">
          <Markdown text={answer.text || answer.error} />
        </div>
      ) : answer.text ? (
        <Markdown text={answer.text} growing />
      ) : (
        !answer.done && <Dots />
      )}
    </article>
  );
}

function Dots(): JSX.Element {
  return (
    <span className="jca-Dots" aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}

/** What was just sent: as it was typed, until the server has taken it. */
function Sending({ text }: { readonly text: string }): JSX.Element {
  const { trans } = useServices();
  const who = useWho('user');
  return (
    <article className="jca-Message jca-mod-user jca-mod-sending" aria-label={who} aria-busy="true">
      <header className="jca-Message-head">
        <span className="jca-Message-who">{who}</span>
        <span className="jca-Quiet">{trans.__('sending …')}</span>
      </header>
      <p className="jca-Message-plain">{text}</p>
    </article>
  );
}
