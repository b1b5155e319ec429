/** The events of an execution as sentences, each with the time since the first. */
import React, { useState } from 'react';
import type { IEvent } from '../api/events';
import { text } from '../api/read';
import { eventSentence } from '../live/words';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { useEvents } from './useEvents';

/** More lines than a person reads; the earlier ones are a click away. */
const SHOWN = 100;

export function Events({ id }: { readonly id: string }): JSX.Element {
  const { trans } = useServices();
  const { events, error, busy, again } = useEvents(id);
  const [all, setAll] = useState(false);
  const lines = events
    .map(event => ({ event, sentence: eventSentence(trans, event) }))
    .filter(line => line.sentence);
  const left = all ? 0 : Math.max(0, lines.length - SHOWN);
  const first = timeOf(events[0]);
  if (!lines.length) {
    return error ? (
      <Sorry error={error} again={again} />
    ) : busy ? (
      <Busy />
    ) : (
      <Nothing>{trans.__('Nothing has happened yet.')}</Nothing>
    );
  }
  return (
    <>
      {left > 0 && (
        <button type="button" className="jca-Button" onClick={() => setAll(true)}>
          {trans._n('Show %1 earlier step', 'Show %1 earlier steps', left)}
        </button>
      )}
      <ol className="jca-Events">
        {lines.slice(left).map(({ event, sentence }) => (
          <li key={event.id} className={failed(event) ? 'jca-mod-bad' : undefined}>
            <time dateTime={text(event.data.at)} title={new Date(timeOf(event)).toLocaleString()}>
              {since(timeOf(event) - first)}
            </time>
            <span>{sentence}</span>
          </li>
        ))}
      </ol>
      {error && <Sorry error={error} again={again} />}
    </>
  );
}

function timeOf(event: IEvent | undefined): number {
  return Date.parse(text(event?.data.at)) || 0;
}

/** `0:07` */
function since(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function failed({ kind, data }: IEvent): boolean {
  return kind === 'error' || (kind === 'signal' && data.passed !== true && data.signal !== 'data');
}
