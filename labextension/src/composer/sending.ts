/** Sends what is written, once, with what the code will find in its notebook. */
import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { KernelSilent } from '../kernel/kernel';
import type { Found } from '../kernel/kernel';
import { useComposer, useServices } from '../panel/services';
import { foundFor } from './finding';
import { said } from './letter';
import { uploadsOf } from './uploads';

interface ISending {
  readonly ready: boolean;
  /** Whether the kernel is being asked. */
  readonly reading: boolean;
  /** What people should know of what was sent. */
  readonly note: string;
  readonly error: Error | null;
  send(): Promise<void>;
}

export function useSending(): ISending {
  const services = useServices();
  const { agent, composer, conversation } = services;
  const [error, setError] = useState<Error | null>(null);
  const { reading, note, find } = useFinding();
  const written = useComposer(state => Boolean(state.draft.trim()));
  // What is still on its way up is meant to go along.
  const waiting = useStore(uploadsOf(agent, composer).store, all => all.some(one => !one.error));
  // Two first messages would begin two sessions.
  const beginning = useStore(conversation.store, state => state.sending.some(one => !one.session));
  const ready = written && !waiting && !beginning && !reading;
  const busy = useRef(false);
  const send = async (): Promise<void> => {
    if (!ready || busy.current) {
      return;
    }
    setError(null);
    busy.current = true;
    const found = await find().finally(() => (busy.current = false));
    if (!composer.getState().draft.trim()) {
      return;
    }
    // Only now: whatever happens while the kernel thinks, the words are still where they were written.
    const letter = composer.getState().take();
    try {
      await conversation.say(said(letter, found));
    } catch (reason) {
      composer.getState().restore(letter);
      setError(reason as Error);
    }
  };
  return { ready, reading, note, error, send };
}

interface IFinding {
  readonly reading: boolean;
  readonly note: string;
  find(): Promise<Found | null>;
}

/** A kernel that does not answer keeps nobody from asking, but is told of. */
function useFinding(): IFinding {
  const services = useServices();
  const { composer, trans } = services;
  const [reading, setReading] = useState(false);
  const [note, setNote] = useState('');
  const find = async (): Promise<Found | null> => {
    setNote('');
    setReading(true);
    try {
      return await foundFor(services, composer.getState());
    } catch (reason) {
      if (!(reason instanceof KernelSilent)) {
        throw reason;
      }
      setNote(
        trans.__('Sent without the notebook’s values, so nothing is proved with them. %1', reason.message)
      );
      return null;
    } finally {
      setReading(false);
    }
  };
  return { reading, note, find };
}
