#pragma once

/*
 * Descriptions of an event or a contact for several commands, in the reader's language.
 *
 * Return of all functions with an int: 0, a condition of the store, negative errno.
 */

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

/** describe_span() - as describe_dates(), for a start and an exclusive end */
int describe_span(const Cli *cli, const When *start, const When *end, Buffer *out);

/** describe_start() - append a start: the day, if @start is a date, or the day and time */
int describe_start(const Cli *cli, const When *start, Buffer *out);

/**
 * describe_moment() - append an instant in the configuration's time zone, with the zone and its UTC offset
 */
int describe_moment(const Cli *cli, usec_t time, Buffer *out);

/** describe_kind() - the title of an event's kind, or its category as written; "" if it has no category */
const char *describe_kind(const Cli *cli, const Event *event);

/**
 * describe_why_no_mail() - find the reason why a contact gets no mail at all
 * @ret: MAIL_REASON_NONE if it gets mail; set only if the return value is 0
 */
int describe_why_no_mail(const Cli *cli, int64_t contact, const Card *card, MailReason *ret);

/**
 * describe_bounces() - append the bounces that still count; those that suppressed the contact are first.
 * If there are none, nothing is appended.
 */
int describe_bounces(const Cli *cli, const SuppressionState *state, Buffer *out);
