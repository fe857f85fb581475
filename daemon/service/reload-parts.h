#pragma once

/* The parts of the daemon that a new configuration reaches. */

#include "remind/engine.h"
#include "service/reload.h"
#include "web/site.h"

ReloadPart reload_part_of_pages(Site *site);

/** reload_part_of_mail() - its preparation writes to the store, so it is the last of the parts */
ReloadPart reload_part_of_mail(Engine *engine);
