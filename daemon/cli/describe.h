#pragma once

/* Descriptions of an event or a contact for several commands, in the reader's language. */

#include "calendar/event.h"
#include "cli/command.h"
#include "contact/card.h"
#include "store/reason.h"
#include "store/suppression.h"

/**
 * describe_dates() - append the dates of an event: "24–25 июня 2021 г.", "24 июня 2021 г., 09:30–11:00
 * (Москва, UTC+3)".
 */
int describe_dates(const Cli *cli, const Event *event, Buffer *out);

/** describe_moment() - append an instant in the configuration's time zone, with the zone's name. */
int describe_moment(const Cli *cli, usec_t time, Buffer *out);

/** describe_kind() - the title of an event's kind, else its category as written; "" when it has none. */
const char *describe_kind(const Cli *cli, const Event *event);

/**
 * describe_why_no_mail() - find why a contact gets no mail; MAIL_REASON_NONE if it gets mail. @ret: set
 * on 0 only.
 */
int describe_why_no_mail(const Cli *cli, int64_t contact, const Card *card, MailReason *ret);

/**
 * describe_bounces() - append the bounces that still count, first those that suppressed the contact;
 * nothing if there are none.
 */
int describe_bounces(const Cli *cli, const SuppressionState *state, Buffer *out);
