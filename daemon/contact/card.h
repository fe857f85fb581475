#pragma once

/*
 * One vCard 4.0 (RFC 6350): a person that gets mail, a place or a body (KIND:individual, location, org).
 * Version 3.0 is read too. An accepted card is kept byte for byte and never changes. No I/O, no clock.
 */

#include "base/cleanup.h"
#include "base/contentline.h"
#include "contact/address.h"
#include "contact/condition.h"

typedef struct Card Card;

typedef enum CardKind { CARD_INDIVIDUAL, CARD_GROUP, CARD_ORG, CARD_LOCATION, CARD_OTHER } CardKind;

/**
 * card_parse() - parse and check one vCard
 * @text: BEGIN:VCARD to END:VCARD; copied. A missing UID is refused: the import decides what becomes
 *        of the card.
 *
 * Return: 0, CARD_E_INVALID, negative errno.
 */
int card_parse(const char *text, size_t len, Card **ret, InputError *ret_error);
Card *card_free(Card *card);
DEFINE_CLEANUP(Card, card_freep, card_free)

const char *card_text(const Card *card, size_t *ret_len);
const char *card_uid(const Card *card);  /* as given, `urn:uuid:` included */
const char *card_name(const Card *card); /* FN, decoded */
CardKind card_kind(const Card *card);

/**
 * card_email() - the address that mail goes to: the EMAIL with the lowest PREF, else the first; checked by
 * card_email_valid(); NULL when there is none.
 */
const char *card_email(const Card *card);

/**
 * card_language() - the first LANG by PREF ("ru"); card_zone_name() - TZ when it is a text name; NULL when
 * not given.
 */
const char *card_language(const Card *card);
const char *card_zone_name(const Card *card);

/**
 * card_reminders_off() - X-CONVENED-REMINDERS:OFF: nothing may ever be mailed to this contact, whatever
 * subscribes it.
 */
bool card_reminders_off(const Card *card);

/** card_property() - the @index-th line of that name, borrowed; NULL behind the last. @name in capitals. */
const ContentLine *card_property(const Card *card, const char *name, size_t index);

/**
 * card_property_next() - the next line of that name behind @line, the first one for NULL; a walk over all
 * of them is one pass.
 */
const ContentLine *card_property_next(const Card *card, const char *name, const ContentLine *line);

/**
 * card_split() - call @on_card for each vCard of a file, @line being that of its BEGIN; @on_error for what
 * is none
 * Return: 0 or negative errno (of a callback too).
 */
int card_split(const char *text, size_t len,
                int (*on_card)(const char *text, size_t len, size_t line, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata);
