#pragma once

/* What several commands print: dates in the reader's language, one line per object, JSON strings. */

#include "calendar/event.h"
#include "cli/command.h"
#include "contact/card.h"
#include "store/object.h"
#include "store/suppression.h"

/** output_dates() - append when an event is, in the reader's language: "24–25 июня 2021 г.", "24 июня 2021 г., 09:30 (Москва, UTC+3)". */
int output_dates(const Cli *cli, const Event *event, Buffer *out);

/** output_moment() - append an instant on the configuration's wall clock, with its zone. */
int output_moment(const Cli *cli, usec_t time, Buffer *out);

/** output_column() - append blanks, two at least, so that what follows begins in that column of a terminal where there is room. */
void output_column(Buffer *line, size_t column);

/** output_parse_when() - read `2026-12-01` or `2026-12-01T10:00[:00]` (a blank does for the T); WHEN_DATE or WHEN_FLOATING. Return: 0 or -EINVAL. */
int output_parse_when(const char *text, When *ret);

/** output_kind() - the title of an event's kind in the reader's language, else its category as written; "" when it has none. */
const char *output_kind(const Cli *cli, const Event *event);

/** output_why_no_mail() - append why nothing may go to a contact, as the store has it: in English, for words_of(); nothing where something may. */
int output_why_no_mail(const Cli *cli, int64_t contact, const Card *card, Buffer *out);

/** output_bounces() - append what came back and still counts, in the reader's language: what suppressed the contact, the rest; nothing where there is nothing. */
int output_bounces(const Cli *cli, const SuppressionState *state, Buffer *out);

/** find_contact() - a contact by UID or mail address. Return: 0, or an exit code after a message. */
int find_contact(Cli *cli, const char *word, ObjectRecord **ret);

/** find_event() - an event or draft by UID. Return: CLI_DONE, or an exit code after a message. */
int find_event(Cli *cli, const char *uid, ObjectRecord **ret_record, Event **ret_event);
