#pragma once

/*
 * Sync tokens of feeds (draft-ietf-calext-subscription-upgrade-13, 5): `data:,CHANGE/DAY/BASIS`. CHANGE is
 * the number of the store's last change that the client has, and DAY the day around which the feed's window
 * was (in days since the epoch, UTC). BASIS is a hash of all else that decides what is in a feed: the epoch
 * of the store, which feed it is, the keys of the configuration, and for a private feed the contact's
 * listings. A token with another basis says nothing of the feed as it is now. All nodes of one store make
 * and accept the same tokens.
 */

#include "feed/select.h"

enum {
        FEED_BASIS_SIZE = 17,
        FEED_TOKEN_SIZE = 96,
        /* no token of this feed, or one that cannot be answered any more */
        FEED_E_TOKEN = CONDITIONS_FEED + 2,
};

typedef struct FeedToken {
        int64_t change;
        int64_t day;
        char basis[FEED_BASIS_SIZE];
} FeedToken;

/**
 * feed_token_basis() - write the basis of a feed's tokens
 * @selection: its name and, for FEED_PRIVATE, contact and subscriptions
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_token_basis(const FeedSelection *selection, const Config *config, Store *store,
                char ret[static FEED_BASIS_SIZE]);

/** feed_token_write() - write a token, without the quotes that it has in a field */
void feed_token_write(const FeedToken *token, char ret[static FEED_TOKEN_SIZE]);

/** feed_token_read() - read a token, without quotes. Return: 0, FEED_E_TOKEN. */
int feed_token_read(const char *text, FeedToken *ret);
