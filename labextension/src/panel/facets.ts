/** The parts of an execution's details, in the order of their tabs. A new one is a folder with a `facet.ts` and a line here. */
import { codeFacet } from '../code/facet';
import { logFacet } from '../log/facet';
import type { IFacet } from './view';

export const FACETS: readonly IFacet[] = [codeFacet, logFacet];
