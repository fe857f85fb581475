#pragma once

/* The actions of the buttons of an event's page. */

#include "office/call.h"

/** event_actions_run() - do what the field `action` of the form says with the event call->rest */
int event_actions_run(OfficeCall *call);
