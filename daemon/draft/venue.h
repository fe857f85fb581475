#pragma once

/* Private to draft/: the venues of events. */

#include "draft/assemble.h"

/** venue_put() - give event @e the place that a sentence tells of it: "в технопарке «Идея»" */
void venue_put(Assembly *assembly, size_t e);

/** venue_put_labelled() - give the place after "Место проведения:" to the event before it */
void venue_put_labelled(Assembly *assembly);
