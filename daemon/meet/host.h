#pragma once

/*
 * A host: the card of a contact. Two of its properties decide which events are the host's:
 *
 *   EMAIL                      an address by which events name the host
 *   X-CONVENED-CALENDAR:NAME   a calendar of the store of which all events are the host's; may be repeated
 */

#include "contact/card.h"
#include "store/store.h"

typedef struct Host {
        Card *card;
} Host;

/**
 * host_load() - read the card of a host
 * @uid: of a card, of whatever KIND
 * Return: 0, STORE_E_NOT_FOUND (also if the object is not a readable card), others as the store's. In every
 * case the caller must call host_done().
 */
int host_load(Store *store, const char *uid, Host *ret);
void host_done(Host *host);

/** host_has_mailbox() - whether a mail address is one of the host's, without regard to case */
bool host_has_mailbox(const Host *host, const char *address);

/** host_has_address() - whether a `mailto:` URI is an address of the host. */
bool host_has_address(const Host *host, const char *uri);

/**
 * host_is_named() - whether a text, such as a CONTACT, has an address of the host, or the host's UID, as a
 * word. A UID with neither "@" nor "-" could be an ordinary word, so it counts only if it is the whole text.
 */
bool host_is_named(const Host *host, const char *text);

/** host_has_calendar() - whether the card names a collection of the store in X-CONVENED-CALENDAR */
bool host_has_calendar(const Host *host, const char *collection);
