/** Why a result is what it is: the engine's lines, each with what it is about. */
import React from 'react';
import { useServices } from '../panel/services';

/** What a line begins with, as `client/words.py` REASONS has it. */
const ABOUT = /^([A-Z][a-z]+(?: [a-z]+)?): (.*)$/s;

interface IReasonsProps {
  readonly text: string;
  /** Of a result that passed, the card says the main thing. */
  readonly open: boolean;
}

export function Reasons({ text, open }: IReasonsProps): JSX.Element {
  const { trans } = useServices();
  return (
    <details className="jca-Reasons" open={open}>
      <summary>{trans.__('Why')}</summary>
      {text
        .split('\n')
        .filter(line => line.trim())
        .map((line, at) => {
          const [, about, rest] = ABOUT.exec(line) ?? [];
          return (
            <p key={at}>
              {about ? (
                <>
                  <b>{about}</b>: {rest}
                </>
              ) : (
                line
              )}
            </p>
          );
        })}
    </details>
  );
}
