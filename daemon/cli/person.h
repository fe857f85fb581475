#pragma once

/*
 * X-CONVENED-PERSON: a person who had to do with an event, and how. The author of a greeting that was read
 * out took no part, so each is named by the manner that the line's X-MANNER gives, never as a participant.
 * Pure.
 */

#include "base/contentline.h"
#include "cli/strings.h"

/**
 * person_manner() - what the person was to the event, to stand before the name: "Докладчик", "Author of a
 * greeting (not a participant)".
 */
const char *person_manner(const ContentLine *line, const CliStrings *strings);

/**
 * person_describe() - append the name with role and organisation as the line has them, and whether it was
 * inferred.
 */
void person_describe(Buffer *out, const ContentLine *line, const CliStrings *strings);
