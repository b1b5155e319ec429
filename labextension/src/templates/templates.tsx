/** The template browser: the library, or one template of it. */
import React from 'react';
import { useStore } from 'zustand';
import { useServices } from '../panel/services';
import { Browse } from './browse';
import { Detail } from './detail';
import { templatesOf } from './state';

export default function Templates(): JSX.Element {
  const { panel } = useServices();
  const open = useStore(templatesOf(panel), state => state.open);
  return <div className="jca-Templates">{open ? <Detail key={open} id={open} /> : <Browse />}</div>;
}
