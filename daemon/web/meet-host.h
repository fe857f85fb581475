#pragma once

/*
 * Inside of web/ only: the offers behind an address /meet/HOST. HOST is the UID of a host's card, for the
 * offers that are listed, or the token of the secret link of one offer that is not (store/offer-link.h). A
 * host who has unlisted offers only is not found by the UID.
 */

#include "contact/card.h"
#include "store/object.h"
#include "web/page.h"

/** One offer, for a choice. */
typedef struct MeetOffer {
        char *uid;
        char *title; /* its summary, or the name of its event; "" if it has neither */
        char *event; /* UID of its event; NULL for none */
} MeetOffer;

typedef struct MeetHost {
        char *uid;
        char *name; /* as the card has it */
        MeetOffer *offers;
        size_t n_offers; /* at least 1 */
} MeetHost;

/**
 * meet_is_open() - whether meetings can be asked for on pages: without mail, no address can be confirmed.
 */
bool meet_is_open(const Config *config);

/**
 * meet_host_load() - find the offers of an address
 * @name: what follows "/meet/", decoded
 * Return: 0, STORE_E_NOT_FOUND, others as the store's. meet_host_done() it in any case.
 */
int meet_host_load(Store *store, const Config *config, const char *name, MeetHost *ret);
void meet_host_done(MeetHost *host);

/** meet_host_offer() - the index of an offer by UID; -1 for none, also for NULL */
int meet_host_offer(const MeetHost *host, const char *uid);

/**
 * meet_hosts_each() - call @on_host for each host with a listed offer, in order of name
 * @event: UID of an event: only its offers; NULL: all
 */
int meet_hosts_each(Store *store, const Config *config, const char *event,
                int (*on_host)(const MeetHost *host, void *userdata), void *userdata);

/** meet_host_write_path() - write "/meet/HOST", encoded; ready for an attribute */
void meet_host_write_path(Buffer *out, const char *host);
