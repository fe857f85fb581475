#pragma once

/*
 * Inside of web/ only: the offers at an address /meet/HOST. HOST is either the UID of a host's card, for the
 * listed offers, or the token of the secret link of one unlisted offer (store/offer-link.h). A host with
 * unlisted offers only is not found by the UID.
 */

#include "contact/card.h"
#include "store/object.h"
#include "web/page.h"

/** One offer in a list to choose from. */
typedef struct MeetOffer {
        char *uid;
        char *title; /* its summary, or the name of its event; "" if it has neither */
        char *event; /* UID of its event; NULL for none */
} MeetOffer;

typedef struct MeetHost {
        char *uid;
        char *name; /* of the card */
        MeetOffer *offers;
        size_t n_offers; /* at least 1 */
} MeetHost;

/** meet_is_open() - whether a visitor can ask for meetings. Without mail, no address can be confirmed. */
bool meet_is_open(const Config *config);

/**
 * meet_host_load() - find the offers of an address
 * @name: the part of the path after "/meet/", decoded
 * Return: 0, STORE_E_NOT_FOUND, others as the store's. In every case the caller must call meet_host_done().
 */
int meet_host_load(Store *store, const Config *config, const char *name, MeetHost *ret);
void meet_host_done(MeetHost *host);

/** meet_host_offer() - find the index of an offer by its UID; -1 if there is none or @uid is NULL */
int meet_host_offer(const MeetHost *host, const char *uid);

/** The hosts with a listed offer, sorted by name in the office's language. */
typedef struct MeetHosts {
        MeetHost **hosts;
        size_t n;
} MeetHosts;

/**
 * meet_hosts_load() - find the hosts with a listed offer
 * @event: UID of an event, to find only offers of this event; NULL for all offers
 * Return: 0, others as the store's. In every case the caller must call meet_hosts_done().
 */
int meet_hosts_load(Store *store, const Config *config, const char *event, MeetHosts *ret);
void meet_hosts_done(MeetHosts *hosts);

/** meet_host_write_path() - write "/meet/HOST", encoded for an attribute */
void meet_host_write_path(Buffer *out, const char *host);
