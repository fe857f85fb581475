#pragma once

/*
 * One vCard 4.0 (RFC 6350): a person that gets mail, a place or an organization (KIND:individual, location,
 * org). Version 3.0 is accepted, too. A Card keeps its text byte for byte and never changes. There is no
 * I/O and no clock in this module.
 */

#include "base/cleanup.h"
#include "base/contentline.h"
#include "contact/address.h"
#include "contact/condition.h"

typedef struct Card Card;

typedef enum CardKind { CARD_INDIVIDUAL, CARD_GROUP, CARD_ORG, CARD_LOCATION, CARD_OTHER } CardKind;

/**
 * card_parse() - parse one vCard, and check that it is one (RFC 6350, RFC 2426)
 * card_parse_strict() - refuse also a card with a value that cannot be used here, such as an EMAIL that
 *                       is no mail address, or a TZ that is no offset; for cards that the office writes
 * @text: from BEGIN:VCARD to END:VCARD; copied
 *
 * A card without a UID or an FN is refused. The functions below pass over values that cannot be used.
 *
 * Return: 0, CARD_E_INVALID, negative errno.
 */
int card_parse(const char *text, size_t len, Card **ret, InputError *ret_error);
int card_parse_strict(const char *text, size_t len, Card **ret, InputError *ret_error);
Card *card_free(Card *card);
DEFINE_CLEANUP(Card, card_freep, card_free)

const char *card_text(const Card *card, size_t *ret_len);
const char *card_uid(const Card *card);  /* as given, including `urn:uuid:` */
const char *card_name(const Card *card); /* FN, decoded; if it is empty, the mail address or "" */
CardKind card_kind(const Card *card);

/**
 * card_email() - get the address for mail: the EMAIL with the lowest PREF, or the first of several such
 * EMAILs; NULL if there is none. An EMAIL that card_email_valid() does not accept is passed over.
 */
const char *card_email(const Card *card);

/** card_language() - get the LANG with the lowest PREF ("ru"); NULL if there is none */
const char *card_language(const Card *card);

/**
 * card_zone_name() - get the TZ with the lowest PREF, of those that are a zone's name; NULL if there is
 * none
 */
const char *card_zone_name(const Card *card);

/**
 * card_reminders_off() - whether the card has X-CONVENED-REMINDERS:OFF. Then the contact gets no mail, even
 * if it is subscribed.
 */
bool card_reminders_off(const Card *card);

/**
 * card_property() - get the line of a property, borrowed; NULL if there are not as many
 * @name:  of version 4.0, in upper case; in a card of version 3.0 the line may also have the name that a
 *         conversion gives it (contact/convert.h)
 * @index: 0 for the first line with this name
 */
const ContentLine *card_property(const Card *card, const char *name, size_t index);

/**
 * card_property_next() - get the next line of a property, borrowed; NULL after the last. A loop over all
 * lines of a property reads the card once.
 * @line: the line before; NULL to get the first
 */
const ContentLine *card_property_next(const Card *card, const char *name, const ContentLine *line);

/**
 * card_split() - find the vCards of a file
 * @on_card:  called for each vCard, with the line number of its BEGIN, counted from 1
 * @on_error: called for text outside of vCards, and for a vCard without an END; may be NULL
 *
 * Return: 0, negative errno, the negative result of a callback.
 */
int card_split(const char *text, size_t len,
                int (*on_card)(const char *text, size_t len, size_t line, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata);
