/** The parts of an execution's details, in the order of their tabs. A new one is a folder with a `facet.ts` and a line here. */
import { attemptsFacet } from '../attempts/facet';
import { codeFacet } from '../code/facet';
import { effectsFacet } from '../effects/facet';
import { securityFacet } from '../findings/securityFacet';
import { testsFacet } from '../findings/testsFacet';
import { logFacet } from '../log/facet';
import { qualityFacet } from '../quality/facet';
import type { IFacet } from './view';

export const FACETS: readonly IFacet[] = [
  codeFacet,
  attemptsFacet,
  testsFacet,
  securityFacet,
  effectsFacet,
  qualityFacet,
  logFacet
];
