/** How long ago something was. */
import { Time } from '@jupyterlab/coreutils';
import React, { useEffect, useState } from 'react';

const MINUTE = 60_000;

interface IAgoProps {
  /** A time as the server tells it. */
  readonly at: string;
  /** The exact time, unless there is more to say. */
  readonly title?: string;
}

/** Told anew each minute, and not whenever it is drawn: a line that grows under the mouse takes a click away. */
export function Ago({ at, title }: IAgoProps): JSX.Element {
  const [words, setWords] = useState(() => Time.formatHuman(at));
  useEffect(() => {
    setWords(Time.formatHuman(at));
    const timer = window.setInterval(() => setWords(Time.formatHuman(at)), MINUTE);
    return () => window.clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={at} title={title ?? Time.format(at)}>
      {words}
    </time>
  );
}
