#pragma once

/*
 * X-CONVENED-PERSON: a person connected with an event, and the manner of the connection. A person is
 * described by X-MANNER and never as a participant: the author of a greeting, for example, did not take
 * part. Pure.
 */

#include "base/contentline.h"
#include "cli/strings.h"

/**
 * person_manner() - the person's relation to the event, as a label before the name: "Докладчик", "Author
 * of a greeting (not a participant)".
 */
const char *person_manner(const ContentLine *line, const CliStrings *strings);

/**
 * person_describe() - append the name, with the role and the organisation that the line has, and whether
 * the line was inferred
 */
void person_describe(Buffer *out, const ContentLine *line, const CliStrings *strings);
