#pragma once

/* The actions of the buttons of a person's page. */

#include "office/call.h"

/** person_actions_run() - do what the field `action` of the form says with the person call->rest */
int person_actions_run(OfficeCall *call);
