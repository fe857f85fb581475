#pragma once

/*
 * A person connected with an event, and the manner of the connection. A person is described by the manner
 * and never as a participant: the author of a greeting, for example, did not take part. Pure.
 */

#include "calendar/participant.h"
#include "cli/strings.h"

/**
 * person_manner() - the person's relation to the event, as a label before the name: "Докладчик", "Author
 * of a greeting (not a participant)".
 */
const char *person_manner(const Participant *person, const CliStrings *strings);

/**
 * person_describe() - append the name, with the role, the organisation, the telephone number and the address
 * that are known, and whether the name was inferred
 */
void person_describe(Buffer *out, const Participant *person, const CliStrings *strings);
