#pragma once

/* Inside of http/ only: how many connections each network holds. The caller has the lock. */

#include "base/network.h"

#include <stddef.h>

typedef struct Shares {
        void *tree; /* of Share */
} Shares;

/**
 * shares_network() - the network that an address is counted under
 * @bits4: how many bits of an IPv4 address name it
 * @bits6: how many of an IPv6 address
 */
Address shares_network(const Address *address, int bits4, int bits6);

/** shares_add() - Return: false where there is no memory; nothing is counted then. */
bool shares_add(Shares *shares, const Address *network);
/** shares_remove() - one that was added. */
void shares_remove(Shares *shares, const Address *network);
int shares_count(const Shares *shares, const Address *network);
void shares_done(Shares *shares);

/**
 * shares_level() - the most that each network may hold for all of them to hold @total: those below it keep
 * what they have (max-min fairness)
 *
 * Return: the level, at least 1; INT_MAX where they hold no more than @total, or there is no memory.
 */
int shares_level(const Shares *shares, size_t total);
